/** The man page, written from the commands themselves in man(7), so that it cannot say anything else than `--help`. */
import type { Command } from 'commander';
import { commandPath, helpTexts } from '../commands/help-texts.ts';

export function manPage(program: Command, version: string): string {
  const commands = program.commands.flatMap(withBelow);
  return [
    `.\\" Written by lib/cli/man/write-man-page.ts; change the commands instead.`,
    `.TH SIGWATCH 1 "" "sigwatch ${text(version)}"`,
    '.SH NAME',
    `sigwatch \\- ${text(program.description())}`,
    '.SH SYNOPSIS',
    '.B sigwatch',
    '.I command',
    '.RI [ options ]',
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH ENVIRONMENT',
    '.TP',
    '.B WEB_URL, CA_URL, LOG_URL',
    'The configured instance. Unset: one on this machine.',
    '.TP',
    '.B DATA_DIR',
    'Where this machine keeps what must last.',
    '.TP',
    '.B NO_COLOR',
    'Set to anything: no colours.',
    '.SH EXIT STATUS',
    'Zero is a yes and nothing else is. What the other codes mean stands with each command.',
    '',
  ].join('\n');
}

function withBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withBelow)];
}

function section(command: Command): string[] {
  const path = commandPath(command);
  const help = command.createHelp();
  const { examples = [], exitCodes } = helpTexts[path] ?? {};
  const items = [
    ...help
      .visibleArguments(command)
      .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ...help
      .visibleOptions(command)
      .map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ];
  return [
    `.SS sigwatch ${text(`${path} ${command.usage()}`)}`,
    `${text(sentence(command.description()))}`,
    ...items.flatMap(([term = '', said = '']) => ['.TP', `.B ${text(term)}`, text(said) || '\\&']),
    ...(exitCodes === undefined ? [] : ['.PP', `Exit codes: ${text(exitCodes)}`]),
    '.PP',
    '.nf',
    ...examples.map((example) => `.RS\n${text(`sigwatch ${example}`)}\n.RE`),
    '.fi',
  ];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** In man(7) a backslash and a leading dot or quote speak to the formatter, and a bare hyphen is typeset as a dash. */
function text(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll('’', "'")
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n');
}
