/** Completion for three shells. Each first finds the command that was typed, then offers what can stand below it. */
import type { CompletableCommand, CompletableOption } from './completable.ts';

export const completionScripts = { bash, zsh, fish } as const;

function bash(commands: readonly CompletableCommand[]): string {
  const options = commands.flatMap(({ place, options: all }) => all.map((option) => ({ place, option })));
  const valued = options.filter(({ option }) => option.takesValue);
  return `# bash completion of sigwatch
_sigwatch() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} place= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place/\${COMP_WORDS[i]}" in
      ${placePattern(commands)}) place=$place/\${COMP_WORDS[i]} ;;
    esac
  done
  COMPREPLY=()
  case "$place $before" in
${valued
  .map(({ place, option }) => {
    const pattern = option.flags.map((flag) => `'${place} ${flag}'`).join(' | ');
    return `    ${pattern}) words='${option.choices.join(' ')}' ;;`;
  })
  .join('\n')}
    *)
      case "$place" in
${commands.map((command) => `        '${command.place}') ${bashWords(command)} ;;`).join('\n')}
      esac
      ;;
  esac
  # Without a word the shell offers files.
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _sigwatch sigwatch
`;
}

function bashWords({ commands, options, choices }: CompletableCommand): string {
  const plain = [...commands.map(({ name }) => name), ...choices].join(' ');
  const flags = options.flatMap(({ flags: all }) => all).join(' ');
  return `words='${plain}'; [[ $current != -* ]] || words='${flags}'`;
}

function zsh(commands: readonly CompletableCommand[]): string {
  return `#compdef sigwatch
_sigwatch() {
  local place= i
  local -a commands options
  for ((i = 2; i < CURRENT; i++)); do
    case "$place/\${words[i]}" in
      (${placePattern(commands)}) place=$place/\${words[i]} ;;
    esac
  done
  case "$place \${words[CURRENT - 1]}" in
${commands.flatMap(({ place, options }) => options.filter(takesValue).map((option) => zshValue(place, option))).join('\n')}
  esac
  case "$place" in
${commands.map(zshCase).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe option options
  elif ((\${#commands})); then
    _describe command commands
  else
    _files
  fi
}
if [[ \${funcstack[1]} == _sigwatch ]]; then _sigwatch "$@"; else compdef _sigwatch sigwatch; fi
`;
}

function zshValue(place: string, { flags, choices }: CompletableOption): string {
  const pattern = flags.map((flag) => `'${place} ${flag}'`).join(' | ');
  return `    (${pattern}) ${choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`}; return ;;`;
}

function zshCase({ place, commands, choices, options }: CompletableCommand): string {
  const described = (name: string, description: string) =>
    quote(`${name}:${description.replaceAll(':', '\\:')}`);
  const plain = [
    ...commands.map(({ name, description }) => described(name, description)),
    ...choices.map((choice) => quote(choice)),
  ];
  const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.description)));
  return `    ('${place}') commands=(${plain.join(' ')}); options=(${flags.join(' ')}) ;;`;
}

function fish(commands: readonly CompletableCommand[]): string {
  return `# fish completion of sigwatch
function __sigwatch_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        switch "$place/$word"
            case ${placesOf(commands).join(' ')}
                set place "$place/$word"
        end
    end
    test "$place" = "$argv[1]"
end
${commands.flatMap(fishLines).join('\n')}
`;
}

function fishLines({ place, commands, choices, options }: CompletableCommand): string[] {
  const at = `complete -c sigwatch -n '__sigwatch_at "${place}"'`;
  return [
    ...commands.map(({ name, description }) => `${at} -f -a ${name} -d ${fishQuote(description)}`),
    ...choices.map((choice) => `${at} -f -a ${choice}`),
    ...options.map(({ flags, description, takesValue: valued, choices: values }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = values.length > 0 ? ` -x -a '${values.join(' ')}'` : valued ? ' -r' : '';
      return `${at} ${names.join(' ')}${value} -d ${fishQuote(description)}`;
    }),
  ];
}

function takesValue(option: CompletableOption): boolean {
  return option.takesValue;
}

function placesOf(commands: readonly CompletableCommand[]): string[] {
  return commands.map(({ place }) => place).filter((place) => place !== '');
}

function placePattern(commands: readonly CompletableCommand[]): string {
  return placesOf(commands).join(' | ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
