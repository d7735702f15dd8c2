/**
 * The last arrow before a person: takes a due mail out of mail_outbox, renders what is not rendered yet, and hands it to
 * the next hop. The row is locked while that lasts and marked in the same transaction: a worker that dies in between
 * leaves the mail due, and it goes out again under the same Message-ID.
 */
import { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
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
      const rendered = await render(deps, transaction, mail.id, storedMessage.parse(mail.message));
      if (rendered !== undefined) await send(deps, mail, rendered);
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

async function send(deps: DeliveryDependencies, mail: ClaimedMail, rendered: RenderedMail): Promise<void> {
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

/** Undefined when there is nothing left to tell. What is told is marked so in the same transaction. */
async function render(
  deps: DeliveryDependencies,
  transaction: Transaction,
  mailId: string,
  message: z.infer<typeof storedMessage>,
): Promise<RenderedMail | undefined> {
  if ('alertId' in message) return alert(deps, transaction, mailId, message);
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
): Promise<RenderedMail | undefined> {
  const untold = await transaction`
    UPDATE alert_alert SET told_at = now()
    WHERE watch_id = ${watchId} AND created_at < ${until} AND told_at IS NULL AND mail_id IS NOT NULL RETURNING id`;
  if (untold.length === 0) return undefined;
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
const eventRow = z.object({
  count: z.int(),
  first: z.date().transform((at) => at.toISOString()),
  last: z.date().transform((at) => at.toISOString()),
});

async function alert(
  { webUrl }: DeliveryDependencies,
  transaction: Transaction,
  mailId: string,
  { alertId, token }: z.infer<typeof alertMail>,
): Promise<RenderedMail> {
  await transaction`
    UPDATE alert_alert SET told_at = now() WHERE (mail_id = ${mailId} OR id = ${alertId}) AND told_at IS NULL`;
  const [row] = await transaction`
    SELECT alert.verdict, alert.reasons, alert.facts, watch.stop_token
    FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id WHERE alert.id = ${alertId}`;
  const [event] = await transaction`
    SELECT count(*)::int AS count, min(happened_at) AS first, max(happened_at) AS last
    FROM alert_alert WHERE mail_id = ${mailId} OR id = ${alertId}`;
  const { stop_token: stopToken, ...told } = alertRow.parse(row);
  return renderAlert({ alertId, token, stopToken, webUrl, ...told, event: eventRow.parse(event) });
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
