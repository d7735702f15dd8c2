/** The web process as it runs in production, against a database of the test's own. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { freePorts } from '#tests/harness/ports.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

export interface Web {
  readonly url: string;
  readonly pid: number;
}

export async function startWeb(databaseUrl: string, more: Record<string, string> = {}): Promise<Web> {
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = {
    PATH,
    HOME,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'warn',
    // No test asks the public instance for anything.
    PUBLIC_TRUSTED_ROOT_FILE: '/dev/null',
    WEB_PROCESSES: '1',
  };
  execFileSync(process.execPath, ['lib/cli/sigwatch.mjs', 'build'], {
    cwd: projectFolder,
    env,
    stdio: 'pipe',
  });
  const [port = 0] = await freePorts(1);
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/main.ts'], {
    cwd: projectFolder,
    env: { ...env, WEB_PORT: String(port), ...more },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the web process ended while starting'))),
  ]);
  return { url: `http://localhost:${port}`, pid: child.pid ?? 0 };
}
