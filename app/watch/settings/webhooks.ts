/** The webhooks of a watch and the log of their deliveries. The web process asks for tests and replays; workers deliver. */
import { randomUUID } from 'node:crypto';
import { OutboundError, readOutboundUrl } from '#lib/server/outbound-fetch.ts';
import { newWebhookKey, newWebhookSecret, webhookPublicKey } from '#lib/server/webhook-signature.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

export interface ShownWebhook {
  readonly id: string;
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

type Uses = Pick<Dependencies, 'prisma' | 'sql' | 'statement' | 'now' | 'config'>;

const mostWebhooks = 5;
const askedAnHour = 5;
const shownDeliveries = 10;
/** How long the secret before still signs. */
const overlapMs = 24 * 3_600_000;

export async function readWebhooks(
  { prisma }: Pick<Uses, 'prisma'>,
  { id }: OwnWatch,
): Promise<ShownWebhook[]> {
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
      const { id: channelId, url, secret, privateKey } = row;
      return {
        id: channelId,
        url,
        secret,
        publicKey: webhookPublicKey(privateKey),
        isOff: gone > 0,
        deliveries,
      };
    }),
  );
}

/** False when the address is not one that webhooks may go to. What it leads to is looked at when something is sent. */
export async function addWebhook(
  { prisma, config }: Uses,
  watch: OwnWatch,
  address: string,
): Promise<boolean> {
  try {
    readOutboundUrl(address, config.webhookLoopback);
  } catch (error) {
    // Classes differ between the bundle and main.ts, names do not.
    if (error instanceof OutboundError || (error as Error).name === 'OutboundError') return false;
    throw error;
  }
  const known = await prisma.accountChannel.count({ where: { watchId: watch.id, endedAt: null } });
  if (known >= mostWebhooks) return false;
  await prisma.accountChannel.create({
    data: {
      id: randomUUID(),
      watchId: watch.id,
      url: address,
      secret: newWebhookSecret(),
      privateKey: newWebhookKey(),
    },
  });
  return true;
}

export type WebhookAct = 'test' | 'rotate' | 'enable' | 'remove';

export async function actOnWebhook(deps: Uses, watch: OwnWatch, id: string, act: WebhookAct): Promise<void> {
  const channel = await deps.prisma.accountChannel.findFirst({
    where: { id, watchId: watch.id, endedAt: null },
  });
  if (channel === null) return;
  const now = deps.now();
  const change = (data: object) => deps.prisma.accountChannel.update({ where: { id }, data });
  switch (act) {
    case 'test':
      if (await mayAsk(deps, id))
        await queueDelivery(deps, { channelId: id, kind: 'test', webhookId: `msg_${randomUUID()}` });
      return;
    case 'rotate': {
      const previousUntil = new Date(now.getTime() + overlapMs);
      await change({ secret: newWebhookSecret(), previousSecret: channel.secret, previousUntil });
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
export async function replayDelivery(deps: Uses, watch: OwnWatch, deliveryId: string): Promise<void> {
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
