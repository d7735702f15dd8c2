/** The long version of tests/flow/monitor-kill.test.ts, on a PostgreSQL of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openSql } from '#lib/server/database.ts';
import { startEmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';
import type { TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { allOnce, KillRun } from './kill-run.ts';

export async function killWorkers(kills: number, progress: (done: number) => void): Promise<object> {
  return withPostgres(async (database) => {
    const run = await KillRun.open(database);
    try {
      for (let done = 1; done <= kills; done++) {
        await run.kill();
        progress(done);
      }
      await eventually(async () => {
        const counts = await run.counts();
        if (!isDeepStrictEqual({ ...counts }, { ...allOnce(run.appended) }))
          throw new Error(`seed ${run.seed}: ${JSON.stringify(counts)} of ${run.appended}`);
      }, 120_000);
      return { kills, entries: run.appended, lost: 0, doubled: 0, seed: run.seed };
    } finally {
      await run.close();
    }
  });
}

/** A migrated database on a PostgreSQL that lives as long as the work. */
export async function withPostgres<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-kills-'));
  const postgres = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    passwordFile: join(folder, 'password'),
    database: 'sigwatch',
  });
  const sql = openSql(postgres.url, { max: 4, name: 'kills' });
  try {
    await migrate(sql);
    return await work({ url: postgres.url, sql });
  } finally {
    await sql.end({ timeout: 1 });
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
