/** What people do to the channels of a watch, in the caller's transaction. */
import { randomUUID } from 'node:crypto';
import { parseEmailAddress, type EmailAddress } from '#lib/identity/email-address.ts';
import type { Config } from '#lib/server/config.ts';
import type { Transaction } from '#lib/server/database.ts';
import { ownPlaces } from '#lib/server/own-places.ts';
import { readOutboundUrl, type OutboundError } from '#lib/server/outbound-fetch.ts';
import { newWebhookKey, newWebhookSecret } from '#lib/server/webhook-signature.ts';
import type { Dependencies } from '../../dependencies.ts';
import { askSecond } from '../second/store.ts';
import type { OwnWatch } from './asked.ts';
import { channelAskedAnHour, type ChannelRefusal } from './channel-refusal.ts';
import { placeKeyOf, placeOf, type ChannelKind } from './channels.ts';

type Uses = Pick<Dependencies, 'statement' | 'config' | 'sealing' | 'renderLetter'>;

const mostChannels = 10;
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

export type Added = { readonly id: string } | { readonly refused: ChannelRefusal };

/** What an address leads to is looked at when something is sent. */
export async function addChannel(
  transaction: Transaction,
  deps: Uses,
  watch: Pick<OwnWatch, 'id' | 'value' | 'email'>,
  { kind, url: given, routingKey, told = 'at-once', client = 'unknown' }: NewChannel,
): Promise<Added> {
  const place = placeOfKind(kind, given, deps.config);
  if (typeof place === 'string') return { refused: place };
  if (kind === 'pagerduty' && routingKey === undefined) return { refused: 'key-missing' };
  if (place.address?.value === watch.email) return { refused: 'own-address' };
  // One after the other, so that none slips past the most there may be.
  await transaction`SELECT 1 FROM account_watch WHERE id = ${watch.id} FOR UPDATE`;
  const [known] = await transaction<{ channels: number }[]>`
    SELECT count(*)::int AS channels FROM account_channel WHERE watch_id = ${watch.id} AND ended_at IS NULL`;
  if ((known?.channels ?? 0) >= mostChannels) return { refused: 'too-many' };
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
  return { id };
}

function placeOfKind(
  kind: ChannelKind,
  given: string,
  config: Config,
): { url: string; address?: EmailAddress } | ChannelRefusal {
  if (kind === 'mail') {
    const address = parseEmailAddress(given);
    return address === undefined ? 'bad-address' : { url: address.value, address };
  }
  const url = kind === 'pagerduty' && given === '' ? pagerdutyUrl : given;
  return refusalOf(url, config) ?? { url };
}

function refusalOf(url: string, config: Config): ChannelRefusal | undefined {
  try {
    readOutboundUrl(url, config.webhookLoopback, ownPlaces(config));
    return undefined;
  } catch (error) {
    // Classes differ between the bundle and main.ts, names do not.
    if ((error as Error).name !== 'OutboundError') throw error;
    const { code } = error as OutboundError;
    if (code === 'this-instance') return code;
    return code === 'forbidden-address' ? 'not-public' : 'bad-address';
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
      if (!(await mayAsk(transaction, deps, `webhook ${id}`, channelAskedAnHour))) return 'too-often';
      await queueTest(transaction, deps, id);
      return 'queued';
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

/** Once more, whatever it told, under the same webhook-id: the receiver knows that it is a repeat. */
export async function replayDelivery(
  transaction: Transaction,
  deps: Pick<Uses, 'statement'>,
  watch: Pick<OwnWatch, 'id'>,
  deliveryId: string,
  channelId?: string,
): Promise<Outcome> {
  const [delivery] = await transaction<{ channel_id: string }[]>`
    SELECT delivery.channel_id
    FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE delivery.id = ${deliveryId} AND channel.watch_id = ${watch.id} AND channel.ended_at IS NULL`;
  if (delivery === undefined || ![undefined, delivery.channel_id].includes(channelId)) return 'not-there';
  if (!(await mayAsk(transaction, deps, `webhook ${delivery.channel_id}`, channelAskedAnHour)))
    return 'too-often';
  await transaction.unsafe(deps.statement('alert-replay-delivery'), [deliveryId]);
  return 'queued';
}

export async function queueTest(
  transaction: Transaction,
  { statement }: Pick<Uses, 'statement'>,
  channelId: string,
): Promise<void> {
  await transaction.unsafe(statement('alert-request-delivery'), [channelId, `msg_${randomUUID()}`]);
}

/** Nobody scans ports with our test button. */
export async function mayAsk(
  transaction: Transaction,
  { statement }: Pick<Uses, 'statement'>,
  key: string,
  most: number,
): Promise<boolean> {
  const uses = await transaction.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [
    [key],
  ]);
  return (uses[0]?.used ?? most + 1) <= most;
}
