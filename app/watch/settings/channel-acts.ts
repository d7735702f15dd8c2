/** What people do to the channels of a watch, in the caller's transaction. True when something was done that is worth a record. */
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

/** False when the address is not one that may be written to. What it leads to is looked at when something is sent. */
export async function addChannel(
  transaction: Transaction,
  deps: Uses,
  watch: Pick<OwnWatch, 'id' | 'value' | 'email'>,
  { kind, url: given, routingKey, told = 'at-once', client = 'unknown' }: NewChannel,
): Promise<boolean> {
  const place = placeOfKind(kind, given, deps.config.webhookLoopback);
  if (place === undefined || (kind === 'pagerduty' && routingKey === undefined)) return false;
  if (place.address?.value === watch.email) return false;
  // One after the other, so that none slips past the most there may be.
  await transaction`SELECT 1 FROM account_watch WHERE id = ${watch.id} FOR UPDATE`;
  const [known] = await transaction<{ channels: number }[]>`
    SELECT count(*)::int AS channels FROM account_channel WHERE watch_id = ${watch.id} AND ended_at IS NULL`;
  if ((known?.channels ?? 0) >= mostChannels) return false;
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
  return true;
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

export async function actOnChannel(
  transaction: Transaction,
  deps: Pick<Uses, 'sealing' | 'statement'>,
  watch: Pick<OwnWatch, 'id'>,
  id: string,
  act: ChannelAct,
): Promise<boolean> {
  const [channel] = await transaction<{ kind: string; confirmed_at: Date | null }[]>`
    SELECT kind, confirmed_at FROM account_channel
    WHERE id = ${id} AND watch_id = ${watch.id} AND ended_at IS NULL FOR UPDATE`;
  if (channel === undefined) return false;
  switch (act) {
    case 'test':
      if (channel.confirmed_at !== null && (await mayAsk(transaction, deps, `webhook ${id}`)))
        await queueDelivery(transaction, deps, {
          channelId: id,
          kind: 'test',
          webhookId: `msg_${randomUUID()}`,
        });
      return false;
    case 'rotate':
      if (channel.kind !== 'webhook') return false;
      // The secret before still signs for a day.
      await transaction`
        UPDATE account_channel
        SET previous_secret = secret, previous_until = now() + interval '24 hours',
          secret = ${deps.sealing.seal(placeOf(id, 'secret'), newWebhookSecret())}
        WHERE id = ${id}`;
      return true;
    case 'enable':
      await transaction`UPDATE account_channel SET enabled_at = clock_timestamp() WHERE id = ${id}`;
      return true;
    case 'remove':
      await transaction`UPDATE account_channel SET ended_at = now() WHERE id = ${id}`;
      return true;
  }
}

/** Once more, under the same webhook-id: the receiver knows that it is a repeat. */
export async function replayDelivery(
  transaction: Transaction,
  deps: Pick<Uses, 'statement'>,
  watch: Pick<OwnWatch, 'id'>,
  deliveryId: string,
): Promise<void> {
  const [delivery] = await transaction<{ channel_id: string; alert_id: string; webhook_id: string }[]>`
    SELECT delivery.channel_id, delivery.alert_id, delivery.webhook_id
    FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE delivery.id = ${deliveryId} AND delivery.alert_id IS NOT NULL
      AND channel.watch_id = ${watch.id} AND channel.ended_at IS NULL`;
  if (delivery === undefined) return;
  const { channel_id: channelId, alert_id: alertId, webhook_id: webhookId } = delivery;
  if (!(await mayAsk(transaction, deps, `webhook ${channelId}`))) return;
  await queueDelivery(transaction, deps, { channelId, alertId, kind: 'replay', webhookId });
}

interface Requested {
  readonly channelId: string;
  readonly alertId?: string;
  readonly kind: 'test' | 'replay';
  readonly webhookId: string;
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
