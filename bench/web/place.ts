/** The web process as it runs in production, over a database that holds what many days of a busy log leave. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { logId, seedEntries } from '../search/seed.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { BenchPlace } from '../place.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

export interface WebPlace {
  readonly url: string;
  close(): Promise<void>;
}

export async function startWebPlace(entries: number): Promise<WebPlace> {
  const place = await BenchPlace.open('web');
  await seedEntries(place.sql, entries);
  await place.sql`
    INSERT INTO monitor_sample (log_id, at, known_size, verified_size, checkpoint_at, polled_at)
    SELECT ${logId}, at, 1, 1, at, at
    FROM generate_series(now() - interval '90 days', now(), interval '5 minutes') AS at`;
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_ENV: 'production' as const,
    LOG_LEVEL: 'error',
    DATABASE_URL: place.postgres.url,
    DATA_DIR: place.folder,
    WEB_PORT: String((await freePorts(1))[0]),
  };
  execFileSync(process.execPath, ['lib/cli/sigwatch.mjs', 'build'], { cwd: project, env, stdio: 'pipe' });
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/main.ts'], {
    cwd: project,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return {
    url: `http://localhost:${env.WEB_PORT}`,
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await place.close();
    },
  };
}
