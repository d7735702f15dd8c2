/** The web process as it runs in production, over a database that holds what many days of a busy log leave. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isSeeded, logId, seedCertificates, seedEntries } from '../search/seed.ts';
import { freePorts } from '#tests/harness/ports.ts';
import type { Sql } from '#lib/server/database.ts';
import { BenchPlace } from '../parts/place.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Over what time the entries are spread, and how many come at once: pages draw when a name signed. */
const days = 89;
const batch = 8;
const dayMs = 86_400_000;

export interface WebPlace {
  readonly url: string;
  /** Whose processor time is asked: of these and their children. */
  readonly pids: { readonly web: number; readonly database: number };
  readonly sql: Sql;
  close(): Promise<void>;
}

export interface WebPlaceOptions {
  /** A folder that stays, with what it holds already. */
  readonly keep?: string | undefined;
  /** Where the profile of the web process is put. */
  readonly profile?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startWebPlace(
  entries: number,
  { keep, profile, env: more = {} }: WebPlaceOptions = {},
): Promise<WebPlace> {
  const place = await BenchPlace.open('web', keep);
  if (!(await isSeeded(place.sql))) await seed(place.sql, entries);
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_ENV: 'production' as const,
    LOG_LEVEL: 'error',
    // The load comes from one address.
    API_REQUESTS_PER_MINUTE: '1000000',
    ALL_REQUESTS_PER_MINUTE: '1000000',
    DATABASE_URL: place.postgres.url,
    DATA_DIR: place.folder,
    WEB_PORT: String((await freePorts(1))[0]),
    ...more,
  };
  execFileSync(process.execPath, ['lib/cli/sigwatch.mjs', 'build'], { cwd: project, env, stdio: 'pipe' });
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiling, '--import', 'tsx', 'app/main.ts'], {
    cwd: project,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return {
    url: `http://localhost:${env.WEB_PORT}`,
    pids: { web: child.pid ?? 0, database: place.postgres.process.pid ?? 0 },
    sql: place.sql,
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await place.close();
    },
  };
}

async function seed(sql: Sql, entries: number): Promise<void> {
  await seedEntries(sql, entries, {
    from: new Date(Date.now() - days * dayMs),
    batch,
    apart: `${(days * 86_400 * batch) / entries} s`,
  });
  await seedCertificates(sql);
  await sql`
    INSERT INTO monitor_sample (log_id, at, known_size, verified_size, checkpoint_at, polled_at)
    SELECT ${logId}, at, 1, 1, at, at
    FROM generate_series(now() - interval '90 days', now(), interval '5 minutes') AS at`;
}
