import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { commandPath, helpTexts } from './help-texts.ts';

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const commands = all(buildProgram());

function helpOf(command: Command): string {
  let said = '';
  command.configureOutput({ writeOut: (text) => (said += text) }).outputHelp();
  return said;
}

it('knows no command that is not there', () => {
  expect(Object.keys(helpTexts).sort()).toEqual(commands.map(commandPath).sort());
});

it.each(commands.map((command) => [commandPath(command), command] as const))(
  '--help of `%s` has an example that the command line takes',
  (path, command) => {
    const said = helpOf(command);
    const { examples = [] } = helpTexts[path] ?? {};
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(said).toContain(`sigwatch ${example}`);
      const flags = [...example.matchAll(/ (--[a-z0-9-]+)/g)].map(([, flag]) => flag);
      const called = commands.find((one) => commandPath(one) === longest(example));
      const known = called?.options.map(({ long }) => long);
      for (const flag of flags) expect(known, example).toContain(flag);
    }
  },
);

/** The command an example calls: the longest path it begins with. */
function longest(example: string): string {
  const words = example.split(' ');
  const paths = new Set(commands.map(commandPath));
  const fit = words.map((_, at) => words.slice(0, at + 1).join(' ')).filter((path) => paths.has(path));
  return fit.at(-1) ?? '';
}
