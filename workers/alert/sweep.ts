/**
 * Delivers mail that is due and that no wake-up reached: a lost notification, a flushed queue, a worker that died with
 * the job, a retry whose time has come. It asks the table, not the queue.
 */
import type { Sql } from '#lib/server/database.ts';

const atOnce = 4;

/** Until nothing is due or time is up; one that waits for a server keeps three others going. */
export async function sweepMail(
  sql: Sql,
  deliver: (outboxId: string) => Promise<unknown>,
  turnMs: number,
): Promise<void> {
  const until = Date.now() + turnMs;
  // A mail queued this very second is on its way already.
  const due = await sql<{ id: string }[]>`
    SELECT id FROM mail_outbox
    WHERE state = 'queued' AND next_at < now() - interval '1 second' ORDER BY next_at LIMIT 500`;
  const waiting = due.values();
  const lane = async (): Promise<void> => {
    for (const { id } of waiting) {
      if (Date.now() > until) return;
      await deliver(id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
