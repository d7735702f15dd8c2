/**
 * One worker at a time looks at a log: a session lock of PostgreSQL, gone with the connection of whoever dies. Who is stopped
 * or cut off without a word keeps it, so when nothing was heard of the log for a while one other may stand in. All this
 * saves double work; that nothing is written twice rests on the compare-and-swap of the cursor alone.
 */
import type { Sql } from '#lib/server/database.ts';

// The first halves of the locks' keys, so that no other advisory lock of this database meets them.
const lockSpace = 1_729_002;
const standInSpace = 1_729_005;

/** A look says so every second, and a batch of a catch-up takes a few; longer is a log that does not answer, or a worker. */
const silentSeconds = 30;

/** Runs unless another worker is at it; undefined then. */
export async function withLogLock<T>(
  locks: Sql,
  logId: string,
  run: () => Promise<T>,
): Promise<T | undefined> {
  const session = await locks.reserve();
  try {
    const [row] = await session<{ space: number | null }[]>`
      SELECT CASE
        WHEN pg_try_advisory_lock(${lockSpace}, hashtext(${logId})) THEN ${lockSpace}::int
        WHEN EXISTS (
          SELECT 1 FROM monitor_log
          WHERE id = ${logId} AND polled_at < now() - ${silentSeconds} * interval '1 second')
        THEN CASE WHEN pg_try_advisory_lock(${standInSpace}, hashtext(${logId})) THEN ${standInSpace}::int END
      END AS space`;
    const space = row?.space ?? undefined;
    if (space === undefined) return undefined;
    try {
      return await run();
    } finally {
      await session`SELECT pg_advisory_unlock(${space}, hashtext(${logId}))`;
    }
  } finally {
    session.release();
  }
}
