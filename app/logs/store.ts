/** The logs we follow, as workers/follow left them. */
import type { Dependencies } from '../dependencies.ts';

export interface FollowedLog {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly url: string;
  readonly origin: string;
  readonly publicKey: Uint8Array;
  readonly state: string;
  readonly stateReason: string | null;
  readonly downloadedSize: bigint;
  readonly verifiedSize: bigint;
  readonly verifiedRoot: Uint8Array | null;
  readonly verifiedCheckpoint: string | null;
  readonly checkpointAt: Date | null;
  readonly verifiedAt: Date | null;
  readonly consistentSince: Date | null;
  readonly polledAt: Date | null;
  readonly unparsable: bigint;
  /** The size of its newest head, verified or not yet. */
  readonly statedSize: bigint;
  /** Where reading began. */
  readonly startSize: bigint;
  readonly behindFrom: bigint | null;
  readonly behindSince: Date | null;
}

export interface Incident {
  readonly id: string;
  readonly logId: string;
  readonly kind: string;
  readonly detail: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
}

type Reads = Pick<Dependencies, 'prisma'>;

export async function listLogs({ prisma }: Reads): Promise<FollowedLog[]> {
  return prisma.monitorLog.findMany({ orderBy: [{ kind: 'desc' }, { id: 'asc' }] });
}

export async function findLog({ prisma }: Reads, id: string): Promise<FollowedLog | null> {
  return prisma.monitorLog.findUnique({ where: { id } });
}

export async function listIncidents({ prisma }: Reads, limit: number): Promise<Incident[]> {
  return prisma.monitorIncident.findMany({ orderBy: { openedAt: 'desc' }, take: limit });
}

export interface CompleteUpTo {
  readonly log: string;
  readonly size: number;
  /** Of the checkpoint that states this size. */
  readonly time: string | null;
}

export function completeUpTo(logs: readonly FollowedLog[]): CompleteUpTo[] {
  return logs.map((log) => ({
    log: log.id,
    size: Number(log.verifiedSize),
    time: (log.checkpointAt ?? log.verifiedAt)?.toISOString() ?? null,
  }));
}
