/** A log that is followed, and how far: the one row whose compare-and-swap moves the verified cursor. */
import type { Dialect } from '#lib/source/source-of.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import type { Sql } from '#lib/server/database.ts';

export type LogKind = 'rekor-v2' | 'rekor-v1' | 'ct';
/** How it is read: a CT log over its own API or as files; else the one way its kind has. */
export type LogState =
  | 'starting'
  | 'following'
  | 'behind'
  | 'frozen'
  /** Its newest head lacks the cosignatures asked for. */
  | 'unwitnessed'
  | 'unreachable'
  | 'misbehaving'
  | 'retired';

export interface FollowedLog {
  readonly id: string;
  readonly kind: LogKind;
  readonly dialect: Dialect;
  readonly name: string;
  /** Without a trailing slash; paths of the log's protocol are below it. */
  readonly url: string;
  /** What the log's checkpoints call it; a CT log has no such name, its address stands here. */
  readonly origin: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** From which entry on: a log of billions may be followed from where it stood when it was added. */
  readonly startAt: 'beginning' | 'now';
  /** c2sp.org/tlog-policy: whose cosignatures its checkpoints need. */
  readonly witnessPolicy: string | undefined;
  /** How old its newest statement may be, where that is known from elsewhere. */
  readonly freshWithinMs?: number | undefined;
}

export interface Position {
  readonly state: LogState;
  readonly stateReason: string | undefined;
  /** Everything below was read, its root recomputed and found under the log's signature. */
  readonly verified: CompactRange;
  readonly verifiedCheckpoint: string | undefined;
  readonly suspicions: number;
  readonly polledAt: Date | undefined;
  readonly checkpointAt: Date | undefined;
  /** How often it states its size anew when nothing was added, once it did. */
  readonly headIntervalMs: number | undefined;
  /** Of the newest head we were shown. */
  readonly statedSize: bigint;
  /** Entries below were there before the log was added; undefined until its first head. */
  readonly historySize: bigint | undefined;
}

interface Row {
  readonly id: string;
  readonly kind: LogKind;
  readonly dialect: Dialect;
  readonly start_at: 'beginning' | 'now';
  readonly name: string;
  readonly url: string;
  readonly origin: string;
  readonly public_key: Buffer;
  readonly state: LogState;
  readonly state_reason: string | null;
  readonly verified_size: bigint;
  readonly verified_checkpoint: string | null;
  readonly compact_range: Buffer[];
  readonly suspicions: number;
  readonly polled_at: Date | null;
  readonly checkpoint_at: Date | null;
  readonly head_interval_ms: number | null;
  readonly witness_policy: string | null;
  readonly fresh_within_ms: bigint | null;
  readonly stated_size: bigint;
  readonly history_size: bigint | null;
}

/** The log and its position; undefined when it is not known (any more). */
export async function loadLog(sql: Sql, id: string): Promise<(FollowedLog & Position) | undefined> {
  const [row] = await sql<Row[]>`
    SELECT id, kind, dialect, start_at, name, url, origin, public_key, state, state_reason, verified_size, verified_checkpoint,
           compact_range, suspicions, polled_at, checkpoint_at, head_interval_ms, witness_policy, fresh_within_ms, stated_size,
           history_size
    FROM monitor_log WHERE id = ${id}`;
  if (row === undefined) return undefined;
  return {
    id: row.id,
    kind: row.kind,
    dialect: row.dialect,
    startAt: row.start_at,
    name: row.name,
    url: row.url,
    origin: row.origin,
    publicKey: new Uint8Array(row.public_key),
    state: row.state,
    stateReason: row.state_reason ?? undefined,
    verified: CompactRange.from(
      row.verified_size,
      row.compact_range.map((hash) => new Uint8Array(hash)),
    ),
    verifiedCheckpoint: row.verified_checkpoint ?? undefined,
    suspicions: row.suspicions,
    polledAt: row.polled_at ?? undefined,
    checkpointAt: row.checkpoint_at ?? undefined,
    headIntervalMs: row.head_interval_ms ?? undefined,
    witnessPolicy: row.witness_policy ?? undefined,
    freshWithinMs: row.fresh_within_ms === null ? undefined : Number(row.fresh_within_ms),
    statedSize: row.stated_size,
    historySize: row.history_size ?? undefined,
  };
}
