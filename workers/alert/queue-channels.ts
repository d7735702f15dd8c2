/** Channels beside mail are told of a new event: one delivery for each address, however many watches lead to it. */
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const readChannels = namedSql('alert-channels-of');
const queueDeliveries = namedSql('alert-queue-deliveries');

/** An alert of an event whose watch is to be told now, or at a time. */
export interface ToTell {
  readonly eventId: string;
  readonly alertId: string;
  readonly watchId: string;
  readonly due: Date;
}

/** How many deliveries are new. Of one event, a message is about what comes first in the list. */
export async function queueChannels(
  transaction: Transaction,
  told: 'at-once' | 'second',
  toTell: readonly ToTell[],
): Promise<number> {
  if (toTell.length === 0) return 0;
  const channels = await transaction.unsafe<{ id: string; watch_id: string; kind: string; place: string }[]>(
    readChannels,
    [[...new Set(toTell.map(({ watchId }) => watchId))], told],
  );
  const deliveries = new Map<string, ToTell & { readonly channelId: string }>();
  for (const { id: channelId, watch_id: watchId, kind, place } of channels)
    for (const alert of toTell) {
      if (watchId !== alert.watchId) continue;
      const id = deterministicId('delivery', told, alert.eventId, kind, place);
      const first = deliveries.get(id) ?? { ...alert, channelId };
      deliveries.set(id, { ...first, due: alert.due < first.due ? alert.due : first.due });
    }
  const rows = [...deliveries];
  const queued = await transaction.unsafe(queueDeliveries, [
    rows.map(([id]) => id),
    rows.map(([, { channelId }]) => channelId),
    rows.map(([, { alertId }]) => alertId),
    rows.map(([, { eventId }]) => `msg_${eventId}`),
    rows.map(([, { due }]) => due.toISOString()),
    told === 'second' ? 'second' : 'alert',
  ]);
  return queued.length;
}
