/** The database that came with us ends with us, also when nobody could tell it to. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';

const starts = `
  const { startEmbeddedPostgres } = await import('./lib/server/embedded-postgres/start.ts');
  const folder = process.env.FOLDER;
  const server = await startEmbeddedPostgres({
    folder: folder + '/postgres', passwordFile: folder + '/password', database: 'sigwatch',
  });
  process.stdout.write(String(server.process.pid));
`;

it('ends the database of a supervisor that was killed with -9', async () => {
  const { supervisor, postgres } = await startSupervisor();
  expect(isAlive(postgres)).toBe(true);
  supervisor.kill('SIGKILL');
  await expect.poll(() => isAlive(postgres), { timeout: 20_000 }).toBe(false);
});

async function startSupervisor() {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-embedded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const supervisor = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', starts], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, FOLDER: folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void supervisor.kill('SIGTERM'));
  const [said] = (await once(supervisor.stdout, 'data')) as [Buffer];
  return { supervisor, postgres: Number(said.toString()) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
