/**
 * One worker at a time looks at a log: a session lock of PostgreSQL, gone with the connection of whoever dies. It saves
 * double work; that nothing is written twice rests on the compare-and-swap of the cursor alone.
 */
import type { Sql } from '#lib/server/database.ts';

// The first half of the lock's key, so that no other advisory lock of this database meets it.
const lockSpace = 1_729_002;

/** Runs unless another worker is at it; undefined then. */
export async function withLogLock<T>(
  locks: Sql,
  logId: string,
  run: () => Promise<T>,
): Promise<T | undefined> {
  const session = await locks.reserve();
  try {
    const [row] = await session<{ locked: boolean }[]>`
      SELECT pg_try_advisory_lock(${lockSpace}, hashtext(${logId})) AS locked`;
    if (row?.locked !== true) return undefined;
    try {
      return await run();
    } finally {
      await session`SELECT pg_advisory_unlock(${lockSpace}, hashtext(${logId}))`;
    }
  } finally {
    session.release();
  }
}
