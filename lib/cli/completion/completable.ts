/** What can stand where on the command line, read from the commands themselves. */
import type { Command, Option } from 'commander';

export interface CompletableOption {
  /** As typed: `--json`, `-y`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty: anything, a file perhaps. */
  readonly choices: readonly string[];
}

export interface CompletableCommand {
  /** The words that lead here, each after a slash; empty for the program itself. */
  readonly place: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletableOption[];
  /** Of the first argument. */
  readonly choices: readonly string[];
}

export function completableCommands(command: Command, place = ''): CompletableCommand[] {
  const help = command.createHelp();
  const below = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  const own: CompletableCommand = {
    place,
    commands: below.map((one) => ({ name: one.name(), description: one.description() })),
    options: help.visibleOptions(command).map(completableOption),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [own, ...below.flatMap((one) => completableCommands(one, `${place}/${one.name()}`))];
}

function completableOption({ short, long, description, required, optional, argChoices }: Option) {
  return {
    flags: [long, short].filter((flag): flag is string => typeof flag === 'string'),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
