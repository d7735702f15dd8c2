/**
 * An option given twice: one of the two would silently not count, and the one that does might be the laxer. So it is a
 * wrong command, for every command there is; options that may be repeated say so by collecting.
 */
import type { EventEmitter } from 'node:events';
import type { Command, Option } from 'commander';

/** For options that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function refuseRepeats(command: Command): void {
  for (const option of command.options.filter(holdsOneValue)) {
    // In front of the listener that stores the value; commander's types leave out that a command is an emitter.
    (command as unknown as EventEmitter).prependListener(`option:${option.name()}`, () => {
      if (command.getOptionValueSource(option.attributeName()) !== 'cli') return;
      command.error(`error: option '${option.flags}' is given twice`);
    });
  }
  command.commands.forEach(refuseRepeats);
}

/** A flag given twice still says one thing. */
function holdsOneValue({ required, optional, variadic, parseArg }: Option): boolean {
  return (required || optional) && !variadic && (parseArg as unknown) !== collect;
}
