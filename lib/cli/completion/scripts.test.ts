/** Each script is run by the shell it is for. Shells that are not there are passed over; bash always is. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { completableCommands } from './completable.ts';
import { completionScripts } from './scripts.ts';

const commands = completableCommands(buildProgram());
const scripts = {
  bash: completionScripts.bash(commands),
  zsh: completionScripts.zsh(commands),
  fish: completionScripts.fish(commands),
};
const has = (shell: string) => existsSync(`/usr/bin/${shell}`);

/** What bash would offer for the last word. */
function offered(...words: string[]): string[] {
  const typed = ['sigwatch', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _sigwatch; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['--norc', '-c', `${scripts.bash}\n${ask}`]).toString();
  return said.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  it.each<[string[], string[]]>([
    [['ver'], ['verify', 'verify-bundle']],
    [
      ['policy', ''],
      ['check', 'schema'],
    ],
    [['policy', 'check', '--bund'], ['--bundles']],
    [
      ['verify', '--identity-'],
      ['--identity-domain', '--identity-glob'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['fsck', '--kind', ''],
      ['tiles', 'ct', 'static-ct'],
    ],
    // Files, which the shell itself offers.
    [['verify', 'app'], []],
    [['verify', '--bundle', ''], []],
    // A value that is called like a command leads nowhere.
    [['search', 'policy', ''], []],
  ])('offers after %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('offers every command', () => {
    const names = buildProgram().commands.map((command) => command.name());
    expect(offered('').sort()).toEqual(names.sort());
  });
});

it.skipIf(!has('zsh'))('zsh takes its script, and offers commands, options and choices', () => {
  const run = (words: string) => {
    const stubs = `_describe() { print -l -- $1 "\${(@P)2}" }; _files() { print files }; compadd() { print -l -- "$@" }`;
    // Defined as compinit would, by its own first call.
    const ask = `words=(sigwatch ${words}); CURRENT=$#words; _sigwatch`;
    const script = `compdef() { : }; ${stubs}\n${scripts.zsh}\n${ask}`;
    return execFileSync('zsh', ['-f', '-c', script]).toString();
  };
  expect(run("policy ''")).toMatch(/^command\ncheck:are the signatures/);
  expect(run("verify '--b'")).toMatch(/^option\n--bundle:the Sigstore bundle/);
  expect(run("verify ''")).toBe('files\n');
  expect(run("fsck --kind ''")).toBe('--\ntiles\nct\nstatic-ct\n');
});

it.skipIf(!has('fish'))('fish takes its script, and offers commands, options and choices', () => {
  const run = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `${scripts.fish}\ncomplete -C '${line}'`]).toString();
  expect(run('sigwatch policy ')).toMatch(/^check\tare the signatures/);
  expect(run('sigwatch verify --bu')).toMatch(/^--bundle\t/);
  expect(run('sigwatch fsck --kind ')).toMatch(/^ct\b[\s\S]*^tiles\b/m);
  expect(run('sigwatch completion ')).toMatch(/^bash\b/m);
});
