/** Delivers what is due to channels beside mail. The table is the log; the row is locked while an attempt lasts. */
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { OutboundError, type OutboundAnswer, type OutboundOptions } from '#lib/server/outbound-fetch.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import { tellOfLostChannel } from './channel-gone.ts';
import type { Channel, Outcome } from './channels/channel.ts';
import { handToMail } from './channels/mail.ts';
import * as discord from './channels/discord.ts';
import * as pagerduty from './channels/pagerduty.ts';
import * as slack from './channels/slack.ts';
import * as teams from './channels/teams.ts';
import * as webhook from './channels/webhook.ts';
import { claim, noticeOf, targetOf, type Claimed } from './notice.ts';

export interface DeliveryDependencies {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly webUrl: string;
  readonly sealing: Sealing;
  readonly outbound: OutboundOptions;
}

const channels: Readonly<Record<Exclude<Claimed['channel_kind'], 'mail'>, Channel>> = {
  webhook,
  slack,
  teams,
  discord,
  pagerduty,
};

export type DeliveryOutcome = 'sent' | 'put-off' | 'failed' | 'gone' | 'dropped' | 'not-due';

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
export function deliveryWaitMs(
  attempts: number,
  random: number,
  retryAfter: string | undefined,
): number | undefined {
  const wait = waits[attempts - 1];
  if (wait === undefined) return undefined;
  const asked = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0;
  return Math.max(wait * (1 + random / 5), Math.min(asked, 24 * hour));
}

/** A channel that was deleted with its person leaves none that could be claimed: they must not stand in others' way. */
export async function sweepDeliveries(deps: DeliveryDependencies, turnMs: number): Promise<void> {
  const until = Date.now() + turnMs;
  const due = await deps.sql<{ id: string }[]>`
    SELECT delivery.id FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE delivery.state = 'queued' AND delivery.next_at <= now() ORDER BY delivery.next_at LIMIT 200`;
  const waiting = due.values();
  const lane = async (): Promise<void> => {
    for (const { id } of waiting) if (Date.now() < until) await deliverToChannel(deps, id);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

export async function deliverToChannel(
  deps: DeliveryDependencies,
  deliveryId: string,
): Promise<DeliveryOutcome> {
  return deps.sql.begin(async (transaction) => {
    const delivery = await claim(transaction, deliveryId);
    if (delivery === undefined) return 'not-due';
    if (delivery.is_off) return finish(transaction, delivery, 'dropped', {});
    const answer = await attempt(deps, transaction, delivery);
    const { outcome } = answer;
    deps.logger.info({ delivery: delivery.id, channel: delivery.channel_kind, ...answer }, 'delivery');
    const state =
      outcome === 'put-off'
        ? await putOff(transaction, delivery, answer)
        : await finish(transaction, delivery, outcome === 'refused' ? 'failed' : outcome, answer);
    // Of a test whoever pressed it sees the outcome; what is refused for its form is no word about the channel.
    const isLost = state === 'gone' || (state === 'failed' && outcome === 'put-off');
    if (isLost && delivery.kind !== 'test')
      await tellOfLostChannel(transaction, delivery, { state, webUrl: deps.webUrl });
    return state;
  });
}

type Answer = Partial<OutboundAnswer> & { readonly error?: string };

async function attempt(
  { sealing, webUrl, outbound }: DeliveryDependencies,
  transaction: Transaction,
  delivery: Claimed,
): Promise<Answer & { readonly outcome: Outcome }> {
  const target = await targetOf(transaction, sealing, delivery);
  const notice = await noticeOf(transaction, delivery, webUrl);
  if (delivery.channel_kind === 'mail') {
    const second = { deliveryId: delivery.id, channelId: delivery.channel_id, address: target.url };
    await handToMail(transaction, sealing, second, notice);
    return { outcome: 'sent' };
  }
  const channel = channels[delivery.channel_kind];
  const body = channel.render(notice, target);
  try {
    const answer = await channel.send({ id: delivery.webhook_id, body }, target, outbound);
    return { ...answer, outcome: channel.outcomeOf(answer) };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    // One word for whatever is wrong on the way: the log of deliveries must not map anybody's network.
    return { error: error.code === 'bad-url' ? 'bad-url' : 'not delivered', outcome: 'put-off' };
  }
}

async function finish(
  transaction: Transaction,
  { id, attempts }: Claimed,
  state: 'sent' | 'gone' | 'failed' | 'dropped',
  { status, error }: Answer,
): Promise<DeliveryOutcome> {
  await transaction`
    UPDATE alert_delivery SET state = ${state}, attempts = ${attempts + 1}, last_status = ${status ?? null},
      last_error = ${error ?? null}, done_at = clock_timestamp() WHERE id = ${id}`;
  return state;
}

async function putOff(transaction: Transaction, delivery: Claimed, answer: Answer): Promise<DeliveryOutcome> {
  const attempts = delivery.attempts + 1;
  const wait = deliveryWaitMs(attempts, Math.random(), answer.retryAfter);
  // A test is answered, not retried.
  if (wait === undefined || delivery.kind === 'test') return finish(transaction, delivery, 'failed', answer);
  await transaction`
    UPDATE alert_delivery SET attempts = ${attempts}, last_status = ${answer.status ?? null},
      last_error = ${answer.error ?? null}, next_at = ${new Date(Date.now() + wait)} WHERE id = ${delivery.id}`;
  return 'put-off';
}
