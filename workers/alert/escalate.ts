/**
 * What nobody answers: after an hour the second channel is told, or at once when mail to the address comes back; after a
 * day the address is reminded, once. Any answer, by whatever way, ends it.
 */
import type { Sql, Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { queueChannels } from './queue-channels.ts';

const escalateUnanswered = namedSql('alert-escalate');
const remindUnanswered = namedSql('alert-remind');
const queueMail = namedSql('alert-queue-mail');

const secondAfterMs = 3_600_000;
const remindAfterMs = 24 * 3_600_000;

interface Due {
  readonly id: string;
  readonly watch_id: string;
  readonly event_id: string;
  readonly email: string;
}

export async function escalate(sql: Sql, now: Date): Promise<{ second: number; reminders: number }> {
  return sql.begin(async (transaction) => ({
    second: await tellSecond(transaction, now),
    reminders: await remind(transaction, now),
  }));
}

/** One message for each event and address. */
async function tellSecond(transaction: Transaction, now: Date): Promise<number> {
  const due = await transaction.unsafe<Due[]>(escalateUnanswered, [now.toISOString(), String(secondAfterMs)]);
  const toTell = due.map((row) => ({
    eventId: row.event_id,
    alertId: row.id,
    watchId: row.watch_id,
    due: now,
  }));
  return queueChannels(transaction, 'second', toTell);
}

async function remind(transaction: Transaction, now: Date): Promise<number> {
  const due = await transaction.unsafe<Due[]>(remindUnanswered, [now.toISOString(), String(remindAfterMs)]);
  const byMailbox = new Map(due.map((alert) => [`${alert.event_id} ${alert.email}`, alert]));
  const mails = [...byMailbox.values()].map(({ id: alertId, event_id: eventId, email }) => ({
    outboxId: deterministicId('reminder-mail', eventId, email),
    alertId,
    email,
  }));
  if (mails.length === 0) return 0;
  await transaction.unsafe(queueMail, [
    mails.map(({ outboxId }) => outboxId),
    mails.map(({ email }) => email),
    mails.map(({ alertId }) => JSON.stringify({ reminder: { alertId } })),
    mails.map(() => now.toISOString()),
  ]);
  await transaction`
    SELECT pg_notify(${outboxChannel}, id) FROM unnest(${mails.map(({ outboxId }) => outboxId)}::text[]) AS mail (id)`;
  return mails.length;
}
