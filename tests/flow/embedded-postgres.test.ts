/** The database that came with us ends with us, also when nobody could tell it to. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';

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

it('starts again at once when somebody kills it with -9 while it starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-embedded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const place = {
    folder: join(folder, 'postgres'),
    passwordFile: join(folder, 'password'),
    database: 'sigwatch',
  };
  await (await startEmbeddedPostgres(place)).stop();
  const starting = startEmbeddedPostgres(place);
  const pidFile = join(place.folder, 'postmaster.pid');
  await expect.poll(() => existsSync(pidFile), { timeout: 20_000, interval: 1 }).toBe(true);
  const first = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  process.kill(first, 'SIGKILL');
  const server = await starting;
  onTestFinished(() => server.stop());
  expect(Number(readFileSync(pidFile, 'utf8').split('\n')[0])).not.toBe(first);
}, 50_000);

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
