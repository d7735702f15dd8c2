/**
 * The last arrow before a person: takes a due mail out of mail_outbox, renders what is not rendered yet, and hands it to
 * the next hop. The row is locked while that lasts and marked in the same transaction: a worker that dies in between
 * leaves the mail due, and it goes out again under the same Message-ID.
 */
import { visibleSentence } from '#lib/encoding/visible-text.ts';
import { keptInOrder } from '#lib/identity/directional-parts.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { MailTransport } from '#lib/server/mail/transport.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { bouncesNow, noteBounce } from './bounces.ts';
import { renderQueued } from './letters.ts';
import type { RenderedMail } from './footer.ts';
import { isHopeless, refusesRecipient, retryDelayMs } from './retry.ts';

export interface DeliveryDependencies {
  readonly sql: Sql;
  readonly transport: MailTransport;
  readonly logger: Logger;
  readonly from: string;
  readonly webUrl: string;
  /** Where what comes back is to go, for each mail its own (RFC 5321 §4.4); undefined: to `from`. */
  readonly returnPath?: ((outboxId: string) => string) | undefined;
  /** Where a mail program may write to stop a watch; undefined where nobody reads it. */
  readonly stopPath?: ((watchId: string) => string) | undefined;
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

export async function deliver(deps: DeliveryDependencies, outboxId: string): Promise<Delivery> {
  return deps.sql.begin(async (transaction) => {
    const [mail] = await transaction.unsafe<ClaimedMail[]>(claimMail, [outboxId]);
    if (mail === undefined) return 'not-due';
    try {
      if (mail.kind !== 'login-code' && (await bouncesNow(transaction, mail.recipient)))
        return await giveUp(transaction, mail, 'mail to this address came back');
      const rendered = await renderQueued(deps.webUrl, transaction, mail);
      if (rendered !== undefined) await send(deps, mail, await stoppable(deps, transaction, rendered));
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

/** RFC 2369: beside the address on the web that stops a watch, one to write to that does the same. */
async function stoppable(
  { stopPath }: DeliveryDependencies,
  transaction: Transaction,
  rendered: RenderedMail,
): Promise<RenderedMail> {
  const web = rendered.headers?.['List-Unsubscribe'];
  const [, token] = /\/watch\/stop\?token=([\w-]+)>$/.exec(web ?? '') ?? [];
  if (stopPath === undefined || token === undefined) return rendered;
  const [watch] = await transaction<
    { id: string }[]
  >`SELECT id FROM account_watch WHERE stop_token = ${token}`;
  if (watch === undefined) return rendered;
  const both = `${web}, <mailto:${stopPath(watch.id)}?subject=unsubscribe>`;
  return { ...rendered, headers: { ...rendered.headers, 'List-Unsubscribe': both } };
}

async function send(deps: DeliveryDependencies, mail: ClaimedMail, rendered: RenderedMail): Promise<void> {
  await deps.transport.send({
    from: deps.from,
    to: mail.recipient,
    envelopeFrom: deps.returnPath?.(mail.id),
    subject: keptInOrder(visibleSentence(rendered.subject, 200)),
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

async function putOff(
  { logger }: DeliveryDependencies,
  transaction: Transaction,
  mail: ClaimedMail,
  error: unknown,
): Promise<Delivery> {
  const attempts = mail.attempts + 1;
  const reason = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
  if (isHopeless(error, attempts, Date.now() - mail.created_at.getTime())) {
    if (refusesRecipient(error)) await noteBounce(transaction, mail.recipient, reason, new Date());
    logger.warn({ mail: mail.id, kind: mail.kind, attempts, reason }, 'mail given up');
    return giveUp(transaction, mail, reason);
  }
  const nextAt = new Date(Date.now() + retryDelayMs(attempts, Math.random()));
  await transaction`
    UPDATE mail_outbox SET attempts = ${attempts}, last_error = ${reason}, next_at = ${nextAt} WHERE id = ${mail.id}`;
  logger.warn({ mail: mail.id, kind: mail.kind, attempts, reason }, 'mail not delivered');
  return 'put-off';
}

async function giveUp(transaction: Transaction, mail: ClaimedMail, reason: string): Promise<Delivery> {
  await transaction`
    UPDATE mail_outbox SET state = 'failed', attempts = ${mail.attempts + 1}, last_error = ${reason}
    WHERE id = ${mail.id}`;
  return 'given-up';
}
