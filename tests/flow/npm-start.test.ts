/** `npm start` as our package.json has it, with a program in the place of ours that says which process it is. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { projectFolder } from '#lib/cli/start/child.ts';
import { eventually } from '#tests/harness/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-npm-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = `process.on('SIGTERM', () => { console.log('told to stop'); process.exit(0); });
setInterval(() => {}, 1000);
console.log('pid=' + process.pid);`;

it('a signal to the process of npm start reaches the program, which is not left behind', async () => {
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'started', scripts: { start: scripts.start } }),
  );
  mkdirSync(join(folder, 'lib/cli'), { recursive: true });
  writeFileSync(join(folder, 'lib/cli/sigwatch.mjs'), program);
  const npm = spawn('npm', ['start'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  npm.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise((done) => npm.once('exit', done));
  await eventually(() => expect(said).toContain('pid='));
  const pid = Number(/pid=(\d+)/.exec(said)?.[1]);
  npm.kill('SIGTERM');
  await ended;
  try {
    await eventually(() => expect(isRunning(pid)).toBe(false));
    expect(said).toContain('told to stop');
  } finally {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
