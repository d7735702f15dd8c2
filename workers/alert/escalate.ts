/**
 * What nobody answers: after an hour the second channel is told, or at once when mail to the address comes back; after a
 * day the address is reminded, once. Any answer, by whatever way, ends it.
 */
import type { Sql, Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const escalateUnanswered = namedSql('alert-escalate');
const remindUnanswered = namedSql('alert-remind');
const queueMail = namedSql('alert-queue-mail');

export const secondAfterMs = 3_600_000;
export const remindAfterMs = 24 * 3_600_000;

interface Due {
  readonly id: string;
  readonly watch_id: string;
  readonly mail_id: string | null;
  readonly email: string;
}

export async function escalate(sql: Sql, now: Date): Promise<{ second: number; reminders: number }> {
  return sql.begin(async (transaction) => ({
    second: await tellSecond(transaction, now),
    reminders: await remind(transaction, now),
  }));
}

/** One message for each event and channel: the id follows from both. */
async function tellSecond(transaction: Transaction, now: Date): Promise<number> {
  const due = await transaction.unsafe<Due[]>(escalateUnanswered, [now.toISOString(), String(secondAfterMs)]);
  if (due.length === 0) return 0;
  const channels = await transaction<{ id: string; watch_id: string }[]>`
    SELECT id, watch_id FROM account_channel
    WHERE watch_id = ANY(${[...new Set(due.map(({ watch_id: id }) => id))]}::uuid[])
      AND told = 'second' AND ended_at IS NULL AND confirmed_at IS NOT NULL`;
  const messages = due.flatMap(({ id, watch_id: watchId, mail_id: mailId }) =>
    channels
      .filter((channel) => channel.watch_id === watchId)
      .map((channel) => ({
        id: deterministicId('second', channel.id, mailId ?? id),
        channelId: channel.id,
        alertId: id,
        webhookId: `msg_${mailId ?? id}`,
      })),
  );
  const queued = await transaction`
    INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, next_at)
    SELECT id, channel_id, alert_id, 'second', webhook_id, ${now}
    FROM unnest(${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ channelId }) => channelId)}::uuid[],
      ${messages.map(({ alertId }) => alertId)}::uuid[], ${messages.map(({ webhookId }) => webhookId)}::text[])
      AS message (id, channel_id, alert_id, webhook_id)
    ON CONFLICT DO NOTHING RETURNING id`;
  return queued.length;
}

async function remind(transaction: Transaction, now: Date): Promise<number> {
  const due = await transaction.unsafe<Due[]>(remindUnanswered, [now.toISOString(), String(remindAfterMs)]);
  const byEvent = new Map(due.map((alert) => [alert.mail_id ?? alert.id, alert]));
  const mails = [...byEvent].map(([event, { id: alertId, email }]) => ({
    outboxId: deterministicId('reminder-mail', event),
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
