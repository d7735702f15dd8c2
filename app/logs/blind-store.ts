/** When nobody could have told anybody, what our own signatures say of that, and what others saw of the same logs. */
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

/** Those that concern whoever has watched since before they ended. */
export async function listBlindOfWatch(deps: Reads, watchId: string): Promise<Blind[]> {
  const watch = await deps.prisma.accountWatch.findUnique({
    where: { id: watchId },
    select: { confirmedAt: true },
  });
  return watch?.confirmedAt ? listBlind(deps, watch.confirmedAt, 20) : [];
}

export interface CanaryReport {
  readonly seenAt: Date;
  /** From asking to sign until a watcher would have been told. */
  readonly tookMs: number;
}

/** Of the last signature of our own that the monitor saw. */
export async function lastCanary({ prisma }: Reads): Promise<CanaryReport | undefined> {
  const row = await prisma.monitorCanary.findFirst({
    where: { seenAt: { not: null } },
    orderBy: { askedAt: 'desc' },
    select: { askedAt: true, seenAt: true },
  });
  const { askedAt, seenAt } = row ?? {};
  if (askedAt === undefined || seenAt === undefined || seenAt === null) return undefined;
  return { seenAt, tookMs: seenAt.getTime() - askedAt.getTime() };
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
