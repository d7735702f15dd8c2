/** The channels of a watch and the log of their deliveries. The web process asks for tests and replays; workers deliver. */
import { randomUUID } from 'node:crypto';
import { OutboundError, readOutboundUrl } from '#lib/server/outbound-fetch.ts';
import { isSealed } from '#lib/server/sealing.ts';
import { newWebhookKey, newWebhookSecret, webhookPublicKey } from '#lib/server/webhook-signature.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

export const channelKinds = ['webhook', 'slack', 'teams', 'discord', 'pagerduty'] as const;
export type ChannelKind = (typeof channelKinds)[number];

export interface ShownChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly told: string;
  readonly url: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly isOff: boolean;
  readonly deliveries: readonly ShownDelivery[];
}

export interface ShownDelivery {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
}

type Uses = Pick<Dependencies, 'prisma' | 'sql' | 'statement' | 'now' | 'config' | 'sealing'>;

const mostChannels = 10;
const askedAnHour = 5;
const shownDeliveries = 10;
/** How long the secret before still signs. */
const overlapMs = 24 * 3_600_000;
const pagerdutyUrl = 'https://events.pagerduty.com/v2/enqueue';

const placeOf = (channelId: string, part: 'url' | 'secret' | 'private_key') =>
  `account_channel ${channelId} ${part}`;

export async function readChannels(
  { prisma, sealing }: Pick<Uses, 'prisma' | 'sealing'>,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<ShownChannel[]> {
  const rows = await prisma.accountChannel.findMany({
    where: { watchId: id, endedAt: null },
    orderBy: { createdAt: 'asc' },
  });
  return Promise.all(
    rows.map(async (row) => {
      const deliveries = await prisma.alertDelivery.findMany({
        where: { channelId: row.id },
        orderBy: { createdAt: 'desc' },
        take: shownDeliveries,
      });
      const gone = await prisma.alertDelivery.count({
        where: { channelId: row.id, state: 'gone', doneAt: { gt: row.enabledAt } },
      });
      return {
        id: row.id,
        kind: channelKinds.find((kind) => kind === row.kind) ?? 'webhook',
        told: row.told,
        url: sealing.open(placeOf(row.id, 'url'), row.url),
        secret: sealing.open(placeOf(row.id, 'secret'), row.secret),
        publicKey: webhookPublicKey(sealing.open(placeOf(row.id, 'private_key'), row.privateKey)),
        isOff: gone > 0,
        deliveries,
      };
    }),
  );
}

export interface NewChannel {
  readonly kind: ChannelKind;
  readonly url: string;
  /** Of PagerDuty; other channels need none or make their own. */
  readonly routingKey?: string | undefined;
  readonly told?: 'at-once' | 'second' | undefined;
}

/** False when the address is not one that may be written to. What it leads to is looked at when something is sent. */
export async function addChannel(
  { prisma, config, sealing }: Uses,
  watch: Pick<OwnWatch, 'id'>,
  { kind, url: given, routingKey, told = 'at-once' }: NewChannel,
): Promise<boolean> {
  const url = kind === 'pagerduty' && given === '' ? pagerdutyUrl : given;
  if (kind === 'pagerduty' && routingKey === undefined) return false;
  if (!mayBeWrittenTo(url, config.webhookLoopback)) return false;
  const known = await prisma.accountChannel.count({ where: { watchId: watch.id, endedAt: null } });
  if (known >= mostChannels) return false;
  const id = randomUUID();
  await prisma.accountChannel.create({
    data: {
      id,
      watchId: watch.id,
      kind,
      told,
      url: sealing.seal(placeOf(id, 'url'), url),
      secret: sealing.seal(placeOf(id, 'secret'), routingKey ?? newWebhookSecret()),
      privateKey: sealing.seal(placeOf(id, 'private_key'), newWebhookKey()),
    },
  });
  return true;
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
  deps: Uses,
  watch: Pick<OwnWatch, 'id'>,
  id: string,
  act: ChannelAct,
): Promise<void> {
  const { prisma, sealing } = deps;
  const channel = await prisma.accountChannel.findFirst({ where: { id, watchId: watch.id, endedAt: null } });
  if (channel === null) return;
  const now = deps.now();
  const change = (data: object) => prisma.accountChannel.update({ where: { id }, data });
  switch (act) {
    case 'test':
      if (await mayAsk(deps, id))
        await queueDelivery(deps, { channelId: id, kind: 'test', webhookId: `msg_${randomUUID()}` });
      return;
    case 'rotate': {
      if (channel.kind !== 'webhook') return;
      const previousUntil = new Date(now.getTime() + overlapMs);
      const secret = sealing.seal(placeOf(id, 'secret'), newWebhookSecret());
      await change({ secret, previousSecret: channel.secret, previousUntil });
      return;
    }
    case 'enable':
      await change({ enabledAt: now });
      return;
    case 'remove':
      await change({ endedAt: now });
  }
}

/** Once more, under the same webhook-id: the receiver knows that it is a repeat. */
export async function replayDelivery(
  deps: Uses,
  watch: Pick<OwnWatch, 'id'>,
  deliveryId: string,
): Promise<void> {
  const delivery = await deps.prisma.alertDelivery.findUnique({ where: { id: deliveryId } });
  if (delivery === null || delivery.alertId === null) return;
  const { channelId, alertId, webhookId } = delivery;
  const own = await deps.prisma.accountChannel.count({
    where: { id: channelId, watchId: watch.id, endedAt: null },
  });
  if (own === 0 || !(await mayAsk(deps, channelId))) return;
  await queueDelivery(deps, { channelId, alertId, kind: 'replay', webhookId });
}

async function queueDelivery(
  { prisma }: Uses,
  delivery: { channelId: string; alertId?: string; kind: 'test' | 'replay'; webhookId: string },
): Promise<void> {
  await prisma.alertDelivery.create({ data: { id: randomUUID(), ...delivery } });
}

/** Nobody scans ports with our test button. */
async function mayAsk({ sql, statement }: Uses, channelId: string): Promise<boolean> {
  const key = `webhook ${channelId}`;
  const uses = await sql.unsafe<{ key: string; used: number }[]>(statement('take-from-limit'), [[key]]);
  return (uses[0]?.used ?? askedAnHour + 1) <= askedAnHour;
}

/** Channels from before there was a seal; run at every start, and after the first there is nothing to do. */
export async function sealPlainChannels({
  prisma,
  sealing,
}: Pick<Uses, 'prisma' | 'sealing'>): Promise<number> {
  const rows = await prisma.accountChannel.findMany({ where: { NOT: { url: { startsWith: 'sealed:' } } } });
  for (const { id, url, secret, previousSecret, privateKey } of rows) {
    const sealed = (part: 'url' | 'secret' | 'private_key', text: string) =>
      isSealed(text) ? text : sealing.seal(placeOf(id, part), text);
    await prisma.accountChannel.update({
      where: { id },
      data: {
        url: sealed('url', url),
        secret: sealed('secret', secret),
        previousSecret: previousSecret === null ? null : sealed('secret', previousSecret),
        privateKey: sealed('private_key', privateKey),
      },
    });
  }
  return rows.length;
}
