/** The log of what was sent to a channel, newest first, page by page. */
import type { z } from 'zod';
import { AccountError } from '../../account/account-error.ts';
import { writePageCursor } from '../../api/page-cursor.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';
import { deliveriesAnswer } from './schemas.ts';

const { kind } = deliveriesAnswer.shape.deliveries.element.shape;

/** The database has no other; what a later version wrote there is still a delivery. */
const kindOf = (text: string): z.infer<typeof kind> => kind.catch('alert').parse(text);

interface Page {
  /** Moment and id of the last one of the page before. */
  readonly cursor?: readonly string[] | undefined;
  readonly limit: number;
}

export async function pageOfDeliveries(
  { prisma }: Pick<Dependencies, 'prisma'>,
  { id: watchId }: Pick<OwnWatch, 'id'>,
  channelId: string,
  { cursor, limit }: Page,
): Promise<z.infer<typeof deliveriesAnswer>> {
  const channel = await prisma.accountChannel.findFirst({ where: { id: channelId, watchId, endedAt: null } });
  if (channel === null) throw new AccountError('not-found', 'There is no such thing.');
  const [moment = '', id = ''] = cursor ?? [];
  const createdAt = new Date(moment || 0);
  const beyond =
    cursor === undefined ? {} : { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
  const rows = await prisma.alertDelivery.findMany({
    where: { channelId, ...beyond },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    deliveries: shown.map((row) => ({
      id: row.id,
      alert: row.alertId,
      kind: kindOf(row.kind),
      webhookId: row.webhookId,
      state: row.state,
      attempts: row.attempts,
      lastStatus: row.lastStatus,
      lastError: row.lastError,
      createdAt: row.createdAt.toISOString(),
      doneAt: row.doneAt?.toISOString() ?? null,
    })),
    next: last === undefined ? null : writePageCursor(last.createdAt.toISOString(), last.id),
  };
}
