/** Finds mail that is due and that no wake-up reached: a lost notification, a flushed queue, a retry whose time has come. */
import type { Sql } from '#lib/server/database.ts';
import type { JobQueue } from '#lib/server/queue.ts';

const atOnce = 500;

export async function sweepMail(sql: Sql, deliveries: JobQueue<{ outboxId: string }>): Promise<number> {
  const due = await sql<{ id: string }[]>`
    SELECT id FROM mail_outbox WHERE state = 'queued' AND next_at <= now() ORDER BY next_at LIMIT ${atOnce}`;
  for (const { id } of due) await deliveries.add({ outboxId: id }, id);
  return due.length;
}
