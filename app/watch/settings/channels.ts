/** The channels of a watch and the log of their deliveries. Workers deliver; what people do to channels is in channel-acts.ts. */
import { isSealed } from '#lib/server/sealing.ts';
import { webhookPublicKey } from '#lib/server/webhook-signature.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

export const channelKinds = ['webhook', 'slack', 'teams', 'discord', 'pagerduty', 'mail'] as const;
export type ChannelKind = (typeof channelKinds)[number];

export interface ShownChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly told: string;
  readonly url: string;
  readonly secret: string;
  readonly publicKey: string;
  /** It answered that it is gone. */
  readonly isOff: boolean;
  /** An address whose reader has not said yes. */
  readonly isWaiting: boolean;
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

type Uses = Pick<Dependencies, 'prisma' | 'sealing'>;

const shownDeliveries = 10;

export const placeOf = (channelId: string, part: 'url' | 'secret' | 'private_key') =>
  `account_channel ${channelId} ${part}`;

export async function readChannels(
  { prisma, sealing }: Uses,
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
        isWaiting: row.confirmedAt === null,
        deliveries,
      };
    }),
  );
}

/** The same for channels that lead to one address; nobody without the data key learns which. */
export function placeKeyOf(
  { mac }: Pick<Dependencies['sealing'], 'mac'>,
  kind: string,
  { url, secret }: { readonly url: string; readonly secret: string },
): string {
  // All of PagerDuty has one address: there the routing key says whom it reaches.
  return mac(`place of channel ${kind} ${kind === 'pagerduty' ? `${secret} ` : ''}${url}`);
}

/** Channels from before places had a key; run at every start, and after the first there is nothing to do. */
export async function keyPlaces({ prisma, sealing }: Uses): Promise<number> {
  const rows = await prisma.accountChannel.findMany({ where: { placeKey: '', endedAt: null } });
  for (const { id, kind, url, secret } of rows) {
    const opened = {
      url: sealing.open(placeOf(id, 'url'), url),
      secret: sealing.open(placeOf(id, 'secret'), secret),
    };
    await prisma.accountChannel.update({
      where: { id },
      data: { placeKey: placeKeyOf(sealing, kind, opened) },
    });
  }
  return rows.length;
}

/** Channels from before there was a seal; run at every start, and after the first there is nothing to do. */
export async function sealPlainChannels({ prisma, sealing }: Uses): Promise<number> {
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
