import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { commandPath } from './help-texts.ts';
import { collect } from './repeated-options.ts';

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

/** What the command line says to an option given twice; nothing runs. */
function complaint(path: string, flag: string, value: string): string {
  const command = all(buildProgram()).find((one) => commandPath(one) === path);
  let said = '';
  command?.configureOutput({ writeErr: (text) => (said += text) }).exitOverride(() => {
    throw new Error('left');
  });
  try {
    command?.parseOptions([flag, value, flag, value]);
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'left') throw error;
  }
  return said;
}

const single = all(buildProgram()).flatMap((command) =>
  command.options
    .filter(({ required, optional }) => required || optional)
    .filter(({ variadic, parseArg }) => !variadic && (parseArg as unknown) !== collect)
    .map(({ long, argChoices }) => [commandPath(command), long ?? '', argChoices?.[0] ?? '1'] as const),
);

it.each(single)('sigwatch %s refuses %s given twice', (path, flag, value) => {
  expect(complaint(path, flag, value)).toContain('is given twice');
});

it('takes more than one claim and more than one folder of bundles', () => {
  expect(single.length).toBeGreaterThan(60);
  expect(complaint('verify', '--claim', 'a=b')).toBe('');
  expect(complaint('verify', '--predicate-type', 'a:b')).toBe('');
  expect(complaint('policy check', '--bundles', 'a')).toBe('');
});
