/** What the monitor does about itself, every few seconds; any worker may, and twice does no harm. */
import type { Sql } from '#lib/server/database.ts';
import type { Canary } from './canary.ts';
import { compareLogs } from './cross-log.ts';
import { recountNames } from './recount-names.ts';
import { keepSamples } from './samples.ts';

export interface TendSettings {
  /** How long one kind of log may be behind the other before it is a fact. */
  readonly crossLogAfterMs: number;
}

/** Changes to watches that no worker is so far behind as to need. */
const keptChanges = 100_000;

/** A few hundred milliseconds of work. */
const recountedAtOnce = 5_000;

export async function tend(sql: Sql, canary: Canary | undefined, settings: TendSettings): Promise<void> {
  await canary?.sign();
  await recountNames(sql, recountedAtOnce);
  await compareLogs(sql, settings.crossLogAfterMs);
  await keepSamples(sql);
  await sql`
    DELETE FROM match_watch_change
    WHERE version < (SELECT max(version) FROM match_watch_change) - ${keptChanges}`;
  await sql`DELETE FROM monitor_canary WHERE asked_at < now() - interval '90 days'`;
}
