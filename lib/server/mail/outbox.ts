/**
 * The one way mail leaves: any process writes a row here, in the transaction that makes the mail due; workers/alert
 * delivers it. The notification is only a wake-up, workers sweep the table as well.
 */
import { randomUUID } from 'node:crypto';
import type { Sql, Transaction } from '../database.ts';

export type MailKind = 'confirm-watch' | 'login-code' | 'alert' | 'notice';

export interface Mail {
  readonly kind: MailKind;
  /** One address, already checked by lib/identity/email-address.ts. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Further headers; values are single lines. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const outboxChannel = 'mail_outbox';

/**
 * Queues a mail and returns its id. `id` is given where the mail belongs to a record that has one: queueing the same id
 * twice keeps the first. The Message-ID is derived from it, so a repeated delivery is recognisable.
 */
export async function queueMail(sql: Sql | Transaction, mail: Mail, id?: string): Promise<string> {
  const { kind, to, ...message } = mail;
  return queue(sql, { kind, to, message }, id);
}

/** A mail to the address of a watch that shows which ways its alerts take; workers write it when it leaves. */
export function queueTestOfWatch(sql: Sql | Transaction, watchId: string, to: string): Promise<string> {
  return queue(sql, { kind: 'alert', to, message: { test: { watchId } } });
}

/**
 * A mail that asks for the yes of a watch, later: it leaves only when that watch still waits for it then. Its Date is that
 * of its leaving.
 */
export function queueConfirmation(
  transaction: Transaction,
  { kind, to, ...letter }: Mail,
  { watchId, dueAt }: { readonly watchId: string; readonly dueAt: Date },
): Promise<string> {
  return queue(transaction, { kind, to, message: { ...letter, confirms: watchId } }, watchId, dueAt);
}

interface Queued {
  readonly kind: MailKind;
  readonly to: string;
  readonly message:
    | (Pick<Mail, 'subject' | 'text' | 'html' | 'headers'> & { confirms?: string })
    | { test: { watchId: string } };
}

async function queue(
  sql: Sql | Transaction,
  { kind, to, message }: Queued,
  id: string = randomUUID(),
  dueAt?: Date,
): Promise<string> {
  await sql`
    INSERT INTO mail_outbox (id, kind, recipient, message_id, message, created_at, next_at)
    VALUES (${id}, ${kind}, ${to}, ${`<${id}@sigwatch>`}, ${sql.json({ ...message })},
      coalesce(${dueAt ?? null}::timestamptz, now()), coalesce(${dueAt ?? null}::timestamptz, now()))
    ON CONFLICT (id) DO NOTHING`;
  if (dueAt === undefined || dueAt.getTime() <= Date.now())
    await sql`SELECT pg_notify(${outboxChannel}, ${id})`;
  return id;
}
