/** How each log stands, kept for every five minutes: growth, age of its checkpoint and our backlog are drawn from it. */
import type { Sql } from '#lib/server/database.ts';

/** The row of the five minutes that run is written over until they are past; any worker may. */
export async function keepSamples(sql: Sql): Promise<void> {
  await sql`
    INSERT INTO monitor_sample AS s (log_id, at, known_size, verified_size, checkpoint_at, polled_at)
    SELECT id, date_bin('5 minutes', now(), 'epoch'), greatest(stated_size, downloaded_size, verified_size), verified_size, checkpoint_at,
      polled_at
    FROM monitor_log WHERE state <> 'retired'
    ON CONFLICT (log_id, at) DO UPDATE SET known_size = excluded.known_size, verified_size = excluded.verified_size,
      checkpoint_at = excluded.checkpoint_at, polled_at = excluded.polled_at
    WHERE excluded.polled_at >= coalesce(s.polled_at, '-infinity')`;
  await sql`DELETE FROM monitor_sample WHERE at < now() - interval '90 days'`;
}
