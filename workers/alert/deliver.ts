/**
 * The last arrow before a person: takes a due mail out of mail_outbox, renders what is not rendered yet, and hands it to
 * the next hop. The row is locked while that lasts and marked in the same transaction: a worker that dies in between
 * leaves the mail due, and it goes out again under the same Message-ID.
 */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { reasonsSchema, verdicts } from '#lib/rules/evaluate.ts';
import { factsSchema } from '#lib/rules/facts.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { MailTransport } from '#lib/server/mail/transport.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { renderAlert, type RenderedMail } from './render.ts';
import { renderSummary } from './render-summary.ts';
import { isHopeless, retryDelayMs } from './retry.ts';

export interface DeliveryDependencies {
  readonly sql: Sql;
  readonly transport: MailTransport;
  readonly logger: Logger;
  readonly from: string;
  readonly webUrl: string;
}

export type Delivery = 'sent' | 'put-off' | 'given-up' | 'not-due';

const claimMail = namedSql('claim-mail');

interface ClaimedMail {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly message_id: string;
  readonly message: unknown;
  readonly attempts: number;
  readonly created_at: Date;
}

/** A mail that any process queued as it is to be read (lib/server/mail/outbox.ts). */
const writtenMail = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
});
/** An alert, rendered when it leaves: alerts are made in batches, in a transaction that must stay short. */
const alertMail = z.object({ alertId: z.uuid(), token: z.string() });
const summaryMail = z.object({
  summary: z.object({ watchId: z.uuid(), from: z.iso.datetime(), until: z.iso.datetime() }),
});
const storedMessage = z.union([alertMail, summaryMail, writtenMail]);

export async function deliver(deps: DeliveryDependencies, outboxId: string): Promise<Delivery> {
  return deps.sql.begin(async (transaction) => {
    const [mail] = await transaction.unsafe<ClaimedMail[]>(claimMail, [outboxId]);
    if (mail === undefined) return 'not-due';
    try {
      await send(deps, transaction, mail);
    } catch (error) {
      return putOff(deps, transaction, mail, error);
    }
    // What was in it, links and codes included, is the recipient's alone from here on.
    await transaction`
      UPDATE mail_outbox
      SET state = 'sent', sent_at = now(), attempts = attempts + 1, last_error = NULL, message = '{}'
      WHERE id = ${mail.id}`;
    return 'sent';
  });
}

async function send(deps: DeliveryDependencies, transaction: Transaction, mail: ClaimedMail): Promise<void> {
  const message = storedMessage.parse(mail.message);
  const rendered = await render(deps, transaction, message);
  await deps.transport.send({
    from: deps.from,
    to: mail.recipient,
    subject: visibleText(rendered.subject, 200),
    text: rendered.text,
    html: rendered.html,
    messageId: mail.message_id,
    date: mail.created_at,
    headers: {
      'List-Id': `Sigwatch <sigwatch.${new URL(deps.webUrl).hostname}>`,
      ...rendered.headers,
      'Auto-Submitted': 'auto-generated',
    },
  });
}

async function render(
  deps: DeliveryDependencies,
  transaction: Transaction,
  message: z.infer<typeof storedMessage>,
): Promise<RenderedMail> {
  if ('alertId' in message) return alert(deps, transaction, message);
  return 'summary' in message ? summary(deps, transaction, message.summary) : message;
}

const summaryRow = z.object({
  verdict: z.enum(verdicts),
  count: z.int(),
  first: z.date().transform((at) => at.toISOString()),
  last: z.date().transform((at) => at.toISOString()),
});

async function summary(
  { webUrl }: DeliveryDependencies,
  transaction: Transaction,
  { watchId, from, until }: z.infer<typeof summaryMail>['summary'],
): Promise<RenderedMail> {
  const [watch] = await transaction`SELECT value, stop_token FROM account_watch WHERE id = ${watchId}`;
  const { value: identity, stop_token: stopToken } = z
    .object({ value: z.string(), stop_token: z.string() })
    .parse(watch);
  const rows = await transaction`
    SELECT verdict, count(*)::int AS count, min(created_at) AS first, max(created_at) AS last FROM alert_alert
    WHERE watch_id = ${watchId} AND created_at >= ${from} AND created_at < ${until}
    GROUP BY verdict ORDER BY verdict`;
  return renderSummary({ identity, from, until, counts: z.array(summaryRow).parse(rows), stopToken, webUrl });
}

const alertRow = z.object({
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
  facts: factsSchema,
  stop_token: z.string(),
});

async function alert(
  { webUrl }: DeliveryDependencies,
  transaction: Transaction,
  { alertId, token }: z.infer<typeof alertMail>,
): Promise<RenderedMail> {
  const [row] = await transaction`
    SELECT verdict, reasons, facts, stop_token
    FROM alert_alert JOIN account_watch ON account_watch.id = alert_alert.watch_id
    WHERE alert_alert.id = ${alertId}`;
  const { verdict, reasons, facts, stop_token: stopToken } = alertRow.parse(row);
  return renderAlert({ alertId, token, stopToken, verdict, reasons, facts, webUrl });
}

async function putOff(
  { logger }: DeliveryDependencies,
  transaction: Transaction,
  mail: ClaimedMail,
  error: unknown,
): Promise<Delivery> {
  const attempts = mail.attempts + 1;
  const reason = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
  const state = isHopeless(error, attempts, Date.now() - mail.created_at.getTime()) ? 'failed' : 'queued';
  const nextAt = new Date(Date.now() + retryDelayMs(attempts, Math.random()));
  await transaction`
    UPDATE mail_outbox SET state = ${state}, attempts = ${attempts}, last_error = ${reason}, next_at = ${nextAt}
    WHERE id = ${mail.id}`;
  logger.warn({ mail: mail.id, kind: mail.kind, attempts, state, reason }, 'mail not delivered');
  return state === 'failed' ? 'given-up' : 'put-off';
}
