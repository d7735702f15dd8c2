/** When nobody could have told anybody, and what others saw of the same logs. */
import type { Dependencies } from '../dependencies.ts';

export interface Blind {
  readonly logId: string;
  readonly fromAt: Date;
  readonly untilAt: Date;
  readonly reason: string;
}

type Reads = Pick<Dependencies, 'prisma'>;

/** Newest first. */
export async function listBlind({ prisma }: Reads, since: Date, limit = 50): Promise<Blind[]> {
  return prisma.monitorBlind.findMany({
    where: { untilAt: { gte: since } },
    orderBy: { fromAt: 'desc' },
    take: limit,
  });
}

/** When this monitor first looked at any log; undefined before it did. */
export async function firstLook({ sql }: Pick<Dependencies, 'sql'>): Promise<Date | undefined> {
  const [row] = await sql<{ at: Date | null }[]>`
    SELECT min(first.at) AS at FROM monitor_log log, LATERAL
      (SELECT at FROM monitor_sample WHERE log_id = log.id ORDER BY at LIMIT 1) first`;
  return row?.at ?? undefined;
}

/** Those that concern whoever has watched since before they ended. */
export async function listBlindOfWatch(deps: Reads, watchId: string): Promise<Blind[]> {
  const watch = await deps.prisma.accountWatch.findUnique({
    where: { id: watchId },
    select: { confirmedAt: true },
  });
  return watch?.confirmedAt ? listBlind(deps, watch.confirmedAt, 20) : [];
}

export interface Sighting {
  readonly logId: string;
  readonly seenBy: string;
  readonly size: bigint;
  readonly verdict: string;
  readonly at: Date;
}

export async function listSightings({ prisma }: Reads): Promise<Sighting[]> {
  return prisma.monitorSighting.findMany({ orderBy: [{ logId: 'asc' }, { seenBy: 'asc' }], take: 200 });
}
