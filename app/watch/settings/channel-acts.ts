/** What people do to the channels of a watch, in the caller's transaction. */
import { randomUUID } from 'node:crypto';
import { parseEmailAddress, type EmailAddress } from '#lib/identity/email-address.ts';
import type { Transaction } from '#lib/server/database.ts';
import { OutboundError, readOutboundUrl } from '#lib/server/outbound-fetch.ts';
import { newWebhookKey, newWebhookSecret } from '#lib/server/webhook-signature.ts';
import type { Dependencies } from '../../dependencies.ts';
import { askSecond } from '../second/store.ts';
import type { OwnWatch } from './asked.ts';
import { placeKeyOf, placeOf, type ChannelKind } from './channels.ts';

type Uses = Pick<Dependencies, 'statement' | 'config' | 'sealing' | 'renderLetter'>;

const mostChannels = 10;
const askedAnHour = 5;
const pagerdutyUrl = 'https://events.pagerduty.com/v2/enqueue';

export interface NewChannel {
  readonly kind: ChannelKind;
  /** Of mail: the address. */
  readonly url: string;
  /** Of PagerDuty; other channels need none or make their own. */
  readonly routingKey?: string | undefined;
  readonly told?: 'at-once' | 'second' | undefined;
  /** Who asks: the address of the connection. */
  readonly client?: string;
}

/** Its id; undefined when the address is not one that may be written to. What it leads to is looked at when something is sent. */
export async function addChannel(
  transaction: Transaction,
  deps: Uses,
  watch: Pick<OwnWatch, 'id' | 'value' | 'email'>,
  { kind, url: given, routingKey, told = 'at-once', client = 'unknown' }: NewChannel,
): Promise<string | undefined> {
  const place = placeOfKind(kind, given, deps.config.webhookLoopback);
  if (place === undefined || (kind === 'pagerduty' && routingKey === undefined)) return undefined;
  if (place.address?.value === watch.email) return undefined;
  // One after the other, so that none slips past the most there may be.
  await transaction`SELECT 1 FROM account_watch WHERE id = ${watch.id} FOR UPDATE`;
  const [known] = await transaction<{ channels: number }[]>`
    SELECT count(*)::int AS channels FROM account_channel WHERE watch_id = ${watch.id} AND ended_at IS NULL`;
  if ((known?.channels ?? 0) >= mostChannels) return undefined;
  const id = randomUUID();
  const seal = (part: 'url' | 'secret' | 'private_key', text: string) =>
    deps.sealing.seal(placeOf(id, part), text);
  const secret = routingKey ?? newWebhookSecret();
  await transaction`
    INSERT INTO account_channel (id, watch_id, kind, told, url, place_key, secret, private_key, confirmed_at)
    VALUES (${id}, ${watch.id}, ${kind}, ${told}, ${seal('url', place.url)},
      ${placeKeyOf(deps.sealing, kind, { url: place.url, secret })}, ${seal('secret', secret)}, ${seal('private_key', newWebhookKey())},
      CASE WHEN ${kind} = 'mail' THEN NULL ELSE now() END)`;
  if (place.address !== undefined)
    await askSecond(transaction, deps, { id, watched: watch.value, address: place.address, client });
  return id;
}

function placeOfKind(
  kind: ChannelKind,
  given: string,
  loopback: boolean,
): { url: string; address?: EmailAddress } | undefined {
  if (kind === 'mail') {
    const address = parseEmailAddress(given);
    return address && { url: address.value, address };
  }
  const url = kind === 'pagerduty' && given === '' ? pagerdutyUrl : given;
  return mayBeWrittenTo(url, loopback) ? { url } : undefined;
}

function mayBeWrittenTo(url: string, loopback: boolean): boolean {
  try {
    readOutboundUrl(url, loopback);
    return true;
  } catch (error) {
    // Classes differ between the bundle and main.ts, names do not.
    if (error instanceof OutboundError || (error as Error).name === 'OutboundError') return false;
    throw error;
  }
}

export type ChannelAct = 'test' | 'rotate' | 'enable' | 'remove';

/** `changed` is worth a record; `queued` is on its way. */
export type Outcome = 'changed' | 'queued' | 'too-often' | 'not-possible' | 'not-there';

export async function actOnChannel(
  transaction: Transaction,
  deps: Pick<Uses, 'sealing' | 'statement'>,
  watch: Pick<OwnWatch, 'id'>,
  id: string,
  act: ChannelAct,
): Promise<Outcome> {
  const [channel] = await transaction<{ kind: string; confirmed_at: Date | null }[]>`
    SELECT kind, confirmed_at FROM account_channel
    WHERE id = ${id} AND watch_id = ${watch.id} AND ended_at IS NULL FOR UPDATE`;
  if (channel === undefined) return 'not-there';
  switch (act) {
    case 'test':
      if (channel.confirmed_at === null) return 'not-possible';
      return queueIfMay(transaction, deps, {
        channelId: id,
        kind: 'test',
        webhookId: `msg_${randomUUID()}`,
      });
    case 'rotate':
      if (channel.kind !== 'webhook') return 'not-possible';
      // The secret before still signs for a day.
      await transaction`
        UPDATE account_channel
        SET previous_secret = secret, previous_until = now() + interval '24 hours',
          secret = ${deps.sealing.seal(placeOf(id, 'secret'), newWebhookSecret())}
        WHERE id = ${id}`;
      return 'changed';
    case 'enable':
      await transaction`UPDATE account_channel SET enabled_at = clock_timestamp() WHERE id = ${id}`;
      return 'changed';
    case 'remove':
      await transaction`UPDATE account_channel SET ended_at = now() WHERE id = ${id}`;
      return 'changed';
  }
}

/** Once more, under the same webhook-id: the receiver knows that it is a repeat. */
export async function replayDelivery(
  transaction: Transaction,
  deps: Pick<Uses, 'statement'>,
  watch: Pick<OwnWatch, 'id'>,
  deliveryId: string,
  channelId?: string,
): Promise<Outcome> {
  const [delivery] = await transaction<{ channel_id: string; alert_id: string; webhook_id: string }[]>`
    SELECT delivery.channel_id, delivery.alert_id, delivery.webhook_id
    FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE delivery.id = ${deliveryId} AND delivery.alert_id IS NOT NULL
      AND channel.watch_id = ${watch.id} AND channel.ended_at IS NULL`;
  if (delivery === undefined || ![undefined, delivery.channel_id].includes(channelId)) return 'not-there';
  const { channel_id: to, alert_id: alertId, webhook_id: webhookId } = delivery;
  return queueIfMay(transaction, deps, { channelId: to, alertId, kind: 'replay', webhookId });
}

interface Requested {
  readonly channelId: string;
  readonly alertId?: string;
  readonly kind: 'test' | 'replay';
  readonly webhookId: string;
}

async function queueIfMay(
  transaction: Transaction,
  deps: Pick<Uses, 'statement'>,
  delivery: Requested,
): Promise<Outcome> {
  if (!(await mayAsk(transaction, deps, `webhook ${delivery.channelId}`))) return 'too-often';
  await queueDelivery(transaction, deps, delivery);
  return 'queued';
}

export async function queueDelivery(
  transaction: Transaction,
  { statement }: Pick<Uses, 'statement'>,
  { channelId, alertId = '', kind, webhookId }: Requested,
): Promise<void> {
  await transaction.unsafe(statement('alert-request-delivery'), [channelId, alertId, kind, webhookId]);
}

/** Nobody scans ports with our test button. */
export async function mayAsk(
  transaction: Transaction,
  { statement }: Pick<Uses, 'statement'>,
  key: string,
): Promise<boolean> {
  const uses = await transaction.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [
    [key],
  ]);
  return (uses[0]?.used ?? askedAnHour + 1) <= askedAnHour;
}
