/** Delivers what is due to webhooks. The table is the log; the row is locked while an attempt lasts, as with mail. */
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { OutboundError, type OutboundAnswer, type OutboundOptions } from '#lib/server/outbound-fetch.ts';
import { claim, render, send, type Claimed } from './channels/webhook.ts';

export interface WebhookDependencies {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly webUrl: string;
  readonly outbound: OutboundOptions;
}

export type WebhookOutcome = 'sent' | 'put-off' | 'failed' | 'gone' | 'dropped' | 'not-due';

const minute = 60_000;
const hour = 60 * minute;
/** Standard Webhooks 1.0.0, "Deliverability and reliability": after each failed attempt, so long until the next. */
const waits = [
  5_000,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
const atOnce = 4;

/** Undefined when it was the last attempt; `random` from [0, 1). A receiver may ask for more patience, up to a day. */
export function webhookWaitMs(
  attempts: number,
  random: number,
  retryAfter: string | undefined,
): number | undefined {
  const wait = waits[attempts - 1];
  if (wait === undefined) return undefined;
  const asked = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0;
  return Math.max(wait * (1 + random / 5), Math.min(asked, 24 * hour));
}

export async function sweepWebhooks(deps: WebhookDependencies, turnMs: number): Promise<void> {
  const until = Date.now() + turnMs;
  const due = await deps.sql<{ id: string }[]>`
    SELECT id FROM alert_delivery WHERE state = 'queued' AND next_at <= now() ORDER BY next_at LIMIT 200`;
  const waiting = due.values();
  const lane = async (): Promise<void> => {
    for (const { id } of waiting) if (Date.now() < until) await deliverWebhook(deps, id);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

export async function deliverWebhook(deps: WebhookDependencies, deliveryId: string): Promise<WebhookOutcome> {
  return deps.sql.begin(async (transaction) => {
    const delivery = await claim(transaction, deliveryId);
    if (delivery === undefined) return 'not-due';
    if (delivery.is_off) return finish(transaction, delivery, 'dropped', {});
    const body = await render(transaction, delivery, deps.webUrl);
    const answer = await attempt(delivery, body, deps.outbound);
    const outcome = outcomeOf(answer);
    deps.logger.info({ delivery: delivery.id, outcome, ...answer }, 'webhook');
    return outcome === 'put-off'
      ? putOff(transaction, delivery, answer)
      : finish(transaction, delivery, outcome, answer);
  });
}

type Answer = Partial<OutboundAnswer> & { readonly error?: string };

async function attempt(delivery: Claimed, body: string, outbound: OutboundOptions): Promise<Answer> {
  try {
    return await send(delivery, body, outbound);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    // One word for whatever is wrong on the way: the log of deliveries must not map anybody's network.
    return { error: error.code === 'bad-url' ? 'bad-url' : 'not delivered' };
  }
}

function outcomeOf({ status }: Answer): 'sent' | 'gone' | 'put-off' {
  if (status === 410) return 'gone';
  return status !== undefined && status >= 200 && status < 300 ? 'sent' : 'put-off';
}

async function finish(
  transaction: Transaction,
  { id, attempts }: Claimed,
  state: 'sent' | 'gone' | 'failed' | 'dropped',
  { status, error }: Answer,
): Promise<WebhookOutcome> {
  await transaction`
    UPDATE alert_delivery SET state = ${state}, attempts = ${attempts + 1}, last_status = ${status ?? null},
      last_error = ${error ?? null}, done_at = clock_timestamp() WHERE id = ${id}`;
  return state;
}

async function putOff(transaction: Transaction, delivery: Claimed, answer: Answer): Promise<WebhookOutcome> {
  const attempts = delivery.attempts + 1;
  const wait = webhookWaitMs(attempts, Math.random(), answer.retryAfter);
  // A test is answered, not retried.
  if (wait === undefined || delivery.kind === 'test') return finish(transaction, delivery, 'failed', answer);
  await transaction`
    UPDATE alert_delivery SET attempts = ${attempts}, last_status = ${answer.status ?? null},
      last_error = ${answer.error ?? null}, next_at = ${new Date(Date.now() + wait)} WHERE id = ${delivery.id}`;
  return 'put-off';
}
