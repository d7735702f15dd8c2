/**
 * Commands that touch the authority's keys run in a process of their own below ca/commands: this program holds no key.
 * Its output is ours, and so is its exit code.
 */
import { spawn } from 'node:child_process';
import { childEnvironment, readConfig } from '../server/config.ts';
import { projectFolder } from './start/child.ts';

export type CaCommand =
  | 'rotate-tuf'
  | 'request-intermediate'
  | 'import-chain'
  | 'rotate-authority'
  | 'rotate-login'
  | 'reseal'
  | 'sign-tuf'
  | 'apply-tuf';

export async function runCaCommand(name: CaCommand, input: object): Promise<void> {
  const script = ['--import', 'tsx', `ca/commands/${name}.ts`, JSON.stringify(input)];
  const child = spawn(process.execPath, script, {
    cwd: projectFolder,
    env: childEnvironment(readConfig()),
    stdio: 'inherit',
  });
  process.exitCode = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 2));
  });
}
