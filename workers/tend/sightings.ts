/**
 * What others were shown of the logs we follow: their witnesses, and other monitors (`peers` of LOGS_FILE). A log that
 * tells each reader another story is caught by two of them comparing what it signed; nothing else can.
 */
import { sha256 } from '#crypto/sha256.ts';
import { equal, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { parseWitnessPolicy } from '#lib/note/witness-policy.ts';
import type { Sql } from '#lib/server/database.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import type { Logger } from '#lib/server/logger.ts';
import { SourceError, type LogSource, type SignedHead } from '#lib/source/log-source.ts';
import { proofFrom } from '../follow/entries.ts';
import { evidenceOf } from '../follow/evidence.ts';
import { loadLog, type FollowedLog, type Position } from '../follow/followed-log.ts';
import { openIncident } from '../follow/incidents.ts';
import { recordedStatement } from '../follow/position-store.ts';
import type { OpenSource } from '../follow/sources.ts';

export interface SightingParts {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly openSource: OpenSource;
  readonly webUrl: string;
}

type Log = FollowedLog & Position;

const maxBytes = 64 * 1024;
/** A proof that does not fit may be a cache's fault: so often in a row it is the log's. */
const tries = 3;

/** `peers`: addresses below which `<sha256 of origin>/checkpoint` is, as witnesses have it. */
export async function compareSightings(parts: SightingParts, peers: readonly string[]): Promise<void> {
  const rows = await parts.sql<{ id: string }[]>`
    SELECT id FROM monitor_log WHERE state NOT IN ('misbehaving', 'retired', 'starting')`;
  for (const { id } of rows) {
    const log = await loadLog(parts.sql, id);
    if (log === undefined) continue;
    for (const seenBy of new Set([...peers, ...witnessesOf(log)])) await compareOne(parts, log, seenBy);
  }
}

function witnessesOf({ witnessPolicy }: FollowedLog): string[] {
  if (witnessPolicy === undefined) return [];
  return parseWitnessPolicy(witnessPolicy).witnesses.flatMap(({ url }) => url ?? []);
}

async function compareOne(parts: SightingParts, log: Log, seenBy: string): Promise<void> {
  const source = parts.openSource(log);
  try {
    const path = `${toHex(sha256(utf8(log.origin)))}/checkpoint`;
    // Whoever hands it on, it is the log's own statement: its signature is what makes it count.
    const theirs = source.open(fromUtf8(await guardedFetch(seenBy)(path, maxBytes)));
    await compare(parts, { log, source, seenBy, theirs });
  } catch (error) {
    // One that does not know the log, or does not answer, says nothing about the log.
    if (!(error instanceof SourceError || error instanceof TypeError)) throw error;
    parts.logger.debug({ err: error, log: log.id, seenBy }, 'nothing to compare with');
  }
}

interface Comparison {
  readonly log: Log;
  readonly source: LogSource;
  readonly seenBy: string;
  readonly theirs: SignedHead;
}

async function compare(parts: SightingParts, comparison: Comparison): Promise<void> {
  const { log, seenBy, theirs } = comparison;
  if (theirs.size > log.statedSize) return recordSighting(parts.sql, comparison, 'ahead');
  if (theirs.size > log.verified.size) return;
  const before = await contradictedBy(parts.sql, comparison);
  if (before === undefined) return recordSighting(parts.sql, comparison, 'agrees');
  parts.logger.error({ log: log.id, seenBy }, 'log shows different trees to different readers');
  const detail = `It showed ${seenBy} a tree of ${theirs.size} entries that is not the beginning of the one it shows us.`;
  const incident = { kind: 'fork', detail, before, after: theirs.evidence } as const;
  const evidence = await evidenceOf(log, comparison.source, incident);
  await openIncident(parts.sql, log, { ...incident, evidence }, parts.webUrl);
}

/** What we were shown that does not go with what they saw, as the log signed it; undefined when ours begins with theirs. */
async function contradictedBy(sql: Sql, { log, source, theirs }: Comparison): Promise<string | undefined> {
  const { verified, verifiedCheckpoint = '' } = log;
  if (theirs.size === 0n) return undefined;
  if (theirs.size === verified.size)
    return equal(verified.root(), theirs.root) ? undefined : verifiedCheckpoint;
  const known = await recordedStatement(sql, log.id, theirs.size);
  if (known !== undefined) return equal(known.root, theirs.root) ? undefined : known.note;
  for (let attempt = 0; attempt < tries; attempt++) {
    const proof = await proofFrom(source, theirs.size, verified.size);
    const heads = {
      oldSize: theirs.size,
      oldRoot: theirs.root,
      newSize: verified.size,
      newRoot: verified.root(),
    };
    if (proof !== undefined && verifyConsistency({ ...heads, proof })) return undefined;
  }
  return verifiedCheckpoint;
}

/** One that is ahead stays as it was first seen until the log shows us as much: so long it withholds something. */
async function recordSighting(
  sql: Sql,
  { log, seenBy, theirs }: Comparison,
  verdict: 'agrees' | 'ahead',
): Promise<void> {
  await sql`
    INSERT INTO monitor_sighting AS known (log_id, seen_by, size, note, verdict, ahead_since)
    VALUES (${log.id}, ${seenBy}, ${theirs.size}, ${theirs.evidence}, ${verdict}, ${verdict === 'ahead' ? new Date() : null})
    ON CONFLICT (log_id, seen_by) DO UPDATE
    SET size = excluded.size, note = excluded.note, verdict = excluded.verdict, ahead_since = excluded.ahead_since, at = now()
    WHERE known.verdict = 'agrees' OR known.size <= ${log.statedSize}`;
}
