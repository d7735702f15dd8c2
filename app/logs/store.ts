/** The logs we follow, as workers/follow left them. */
import { cache } from 'react';
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
  /** How many older entries are still to be read again, for what their reader learned since. */
  readonly toReread: bigint;
  readonly behindFrom: bigint | null;
  readonly behindSince: Date | null;
  /** Whose cosignatures its statements need, as c2sp.org/tlog-policy. */
  readonly witnessPolicy: string | null;
}

/** How many of its entries were read and verified: where reading began later, those before were not. */
export function readOf({ verifiedSize, startSize }: Pick<FollowedLog, 'verifiedSize' | 'startSize'>): bigint {
  return verifiedSize > startSize ? verifiedSize - startSize : 0n;
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
  /** There is a document of it that anybody can check without us. */
  readonly hasEvidence: boolean;
}

type Reads = Pick<Dependencies, 'sql'>;

/** On every page, so not by way of Prisma; and once for a page, however many of its parts ask. */
const readLogs = cache(async (sql: Reads['sql']): Promise<readonly FollowedLog[]> => {
  return sql<FollowedLog[]>`
    SELECT id, kind, name, url, origin, public_key AS "publicKey", state, state_reason AS "stateReason",
      downloaded_size AS "downloadedSize", verified_size AS "verifiedSize", verified_root AS "verifiedRoot",
      verified_checkpoint AS "verifiedCheckpoint", checkpoint_at AS "checkpointAt", verified_at AS "verifiedAt",
      consistent_since AS "consistentSince", polled_at AS "polledAt", unparsable, stated_size AS "statedSize",
      start_size AS "startSize", reread_until - reread_from AS "toReread", behind_from AS "behindFrom", behind_since AS "behindSince",
      witness_policy AS "witnessPolicy"
    FROM monitor_log ORDER BY kind DESC, id`;
});

export async function listLogs({ sql }: Reads): Promise<readonly FollowedLog[]> {
  return readLogs(sql);
}

export async function findLog(deps: Reads, id: string): Promise<FollowedLog | undefined> {
  return (await listLogs(deps)).find((log) => log.id === id);
}

export async function listIncidents({ sql }: Reads, limit: number): Promise<Incident[]> {
  return sql<Incident[]>`
    SELECT id, log_id AS "logId", kind, detail, before, after, opened_at AS "openedAt", resolved_at AS "resolvedAt",
      evidence IS NOT NULL AS "hasEvidence"
    FROM monitor_incident ORDER BY opened_at DESC LIMIT ${limit}`;
}

/** The document to download; undefined for an id that is none. */
export async function findEvidence({ sql }: Reads, id: string): Promise<string | undefined> {
  const [row] = await sql<{ evidence: string | null }[]>`
    SELECT evidence FROM monitor_incident WHERE id::text = ${id.toLowerCase()}`;
  return row?.evidence ?? undefined;
}

export interface CompleteUpTo {
  readonly log: string;
  /** Entries before it are not searched. */
  readonly from: number;
  readonly size: number;
  /** When the checkpoint that states this size was made, where it says so, or first seen. */
  readonly time: string | null;
  readonly askedAt: string | null;
  /** Of those searched, how many do not read. */
  readonly unreadable: number;
}

export function completeUpTo(logs: readonly FollowedLog[]): CompleteUpTo[] {
  return logs.map((log) => ({
    log: log.id,
    from: Number(log.startSize),
    size: Number(log.verifiedSize),
    time: (log.checkpointAt ?? log.verifiedAt)?.toISOString() ?? null,
    askedAt: log.polledAt?.toISOString() ?? null,
    unreadable: Number(log.unparsable),
  }));
}
