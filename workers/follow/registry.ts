/**
 * Which logs are followed: those of the trust root, each under a name made of its id. A log once followed stays, listed
 * or not: its past does not end with its listing. A key that changes under a name is not taken, it is reported.
 */
import { sha256 } from '#crypto/sha256.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { SourceError } from '#lib/source/log-source.ts';
import { sourceOf } from '#lib/source/source-of.ts';
import { writeKeyChange } from '#lib/source/unsigned-document.ts';
import type { TrustedLog, TrustedRoot } from '#lib/trust/trusted-root.ts';
import { loadLog, type FollowedLog, type Position } from './followed-log.ts';
import { openIncident } from './incidents.ts';
import { logName, toldApart } from './log-name.ts';
import type { RekorV1Listing } from './trees-v1.ts';

export interface Listing {
  readonly log: FollowedLog;
  /** The listing says that the key is no longer used: a successor under the same name is expected. */
  readonly ended: boolean;
  /** The list it stands in, when somebody asked for that list: what its logs held before is history. */
  readonly family?: string;
}

type StartAt = FollowedLog['startAt'];

/** The logs of a trust root that are one tree each; those of Rekor v1 are found by asking (trees-v1.ts). */
export function listLogs(
  { tlogs, ctlogs }: TrustedRoot,
  startAt: StartAt = 'beginning',
  family = '',
): Listing[] {
  return [
    ...tlogs.filter(isRekorV2).map((log) => ({ ...listing('rekor-v2', log, startAt), family })),
    ...ctlogs.map((log) => ({ ...listing('ct', log, startAt), family })),
  ];
}

export function listRekorV1(
  { tlogs }: TrustedRoot,
  startAt: StartAt = 'beginning',
  isAdded = false,
): RekorV1Listing[] {
  const byUrl = new Map<string, Uint8Array[]>();
  for (const { baseUrl, publicKey } of tlogs.filter((log) => !isRekorV2(log)))
    byUrl.set(baseUrl, [...(byUrl.get(baseUrl) ?? []), publicKey]);
  return [...byUrl].map(([url, publicKeys]) => ({ url, publicKeys, startAt, isAdded }));
}

function isRekorV2({ logIdForm }: TrustedLog): boolean {
  return logIdForm === 'note-key';
}

function listing(
  kind: 'rekor-v2' | 'ct',
  { baseUrl, origin, logId, publicKey, validFor }: TrustedLog,
  startAt: StartAt,
): Listing {
  const prefix = kind === 'ct' ? 'ct' : 'rekor2';
  return {
    ended: validFor.end !== undefined,
    log: {
      id: `${prefix}-${toHex(logId.subarray(0, 4))}`,
      kind,
      dialect: kind === 'ct' ? 'rfc6962' : 'tiles',
      name: logName(kind, baseUrl),
      url: kind === 'ct' ? baseUrl : `${baseUrl}/api/v2`,
      origin: kind === 'ct' ? baseUrl : origin,
      publicKey,
      startAt,
      witnessPolicy: undefined,
    },
  };
}

/** Brings monitor_log up to date with the listings; the ids of all logs to follow. */
export async function registerLogs(
  sql: Sql,
  listings: readonly Listing[],
  webUrl: string,
): Promise<string[]> {
  const welcome: Listing[] = [];
  const named = toldApart(await nameTrees(sql, listings));
  for (const listed of named) {
    const predecessor = await unannouncedPredecessor(sql, listed.log, named);
    if (predecessor === undefined) welcome.push(listed);
    else await reportKeyChange(sql, predecessor, listed.log, webUrl);
  }
  // At once: what comes with the first of its list must not look like a successor of it.
  await sql.begin((transaction) => insertLogs(transaction, welcome));
  const rows = await sql<{ id: string }[]>`SELECT id FROM monitor_log WHERE state <> 'retired' ORDER BY id`;
  return rows.map(({ id }) => id);
}

/**
 * A Rekor v1 log chooses the numbers of its trees, so a number alone names nothing: anybody can take another's. The tree
 * of our own log is called by its number, as its addresses here always were; one that was added also by its key.
 */
async function nameTrees(sql: Sql, listings: readonly Listing[]): Promise<Listing[]> {
  const rows = await sql<{ id: string; public_key: Buffer }[]>`
    SELECT id, public_key FROM monitor_log WHERE kind = 'rekor-v1'`;
  const known = new Map(rows.map(({ id, public_key: key }) => [id, new Uint8Array(key)]));
  return listings.map((listed) => {
    const { log, family = '' } = listed;
    if (log.kind !== 'rekor-v1') return listed;
    const holder = known.get(log.id);
    const isItsOwn = holder === undefined ? family === '' : equal(holder, log.publicKey);
    if (isItsOwn) return listed;
    return { ...listed, log: { ...log, id: `${log.id}-${toHex(sha256(log.publicKey).subarray(0, 8))}` } };
  });
}

async function insertLogs(transaction: Transaction, listings: readonly Listing[]): Promise<void> {
  const rows = await transaction<{ family: string }[]>`SELECT DISTINCT family FROM monitor_log`;
  const known = new Set(rows.map(({ family }) => family));
  for (const listed of listings) {
    const { family = '' } = listed;
    // Null: as much as its first head states. A later shard of a list has no past that we were not there for.
    const historySize = family === '' || known.has(family) ? 0 : null;
    await insertLog(transaction, listed, historySize);
  }
}

async function insertLog(
  transaction: Transaction,
  { log, ended, family = '' }: Listing,
  historySize: 0 | null,
): Promise<void> {
  const { id, kind, dialect, name, url, origin, publicKey, startAt, witnessPolicy, freshWithinMs } = log;
  await transaction`
    INSERT INTO monitor_log (id, kind, dialect, name, url, origin, public_key, start_at, ended, family, history_size, witness_policy,
                             fresh_within_ms)
    VALUES (${id}, ${kind}, ${dialect}, ${name}, ${url}, ${origin}, ${publicKey}, ${startAt}, ${ended}, ${family},
            ${historySize}, ${witnessPolicy ?? null}, ${freshWithinMs ?? null})
    ON CONFLICT (id) DO UPDATE
    SET url = excluded.url, name = excluded.name, ended = excluded.ended, witness_policy = excluded.witness_policy,
        fresh_within_ms = excluded.fresh_within_ms
    WHERE monitor_log.public_key = excluded.public_key
      AND (monitor_log.url, monitor_log.name, monitor_log.ended, monitor_log.witness_policy, monitor_log.fresh_within_ms)
      IS DISTINCT FROM (excluded.url, excluded.name, excluded.ended, excluded.witness_policy, excluded.fresh_within_ms)`;
}

/**
 * A followed log of the same name or id with another key, which the trust root does not say has ended. Of Rekor v1 only at
 * the same address: one host can have several such logs, all of which call themselves by it.
 */
async function unannouncedPredecessor(
  sql: Sql,
  log: FollowedLog,
  listings: readonly Listing[],
): Promise<(FollowedLog & Position) | undefined> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM monitor_log
    WHERE (id = ${log.id} OR (kind = ${log.kind} AND origin = ${log.origin})) AND public_key <> ${log.publicKey}
      AND (kind <> 'rekor-v1' OR url = ${log.url})`;
  for (const { id } of rows) {
    const known = await loadLog(sql, id);
    const announced = listings.some(
      ({ log: listed, ended }) =>
        ended && listed.id === id && equal(listed.publicKey, known?.publicKey ?? log.publicKey),
    );
    if (known !== undefined && !announced) return known;
  }
  return undefined;
}

/** With the newest statement under each key. Looked at every minute, so the log is not asked while it is known. */
async function reportKeyChange(
  sql: Sql,
  known: FollowedLog & Position,
  listed: FollowedLog,
  webUrl: string,
): Promise<void> {
  if (known.state === 'misbehaving') return;
  const detail = `The trust root lists another key for ${known.origin}, and does not say that the one we know has ended.`;
  const before = known.verifiedCheckpoint;
  const after = await signedBy(listed);
  const evidence = writeKeyChange(known, { before, after, successor: listed });
  const shown = {
    before: `public key ${toHex(known.publicKey)}\n\n${before ?? ''}`.trimEnd(),
    after: `public key ${toHex(listed.publicKey)}\n\n${after ?? ''}`.trimEnd(),
  };
  await openIncident(sql, known, { kind: 'key-change', detail, ...shown, evidence }, webUrl);
}

/** Undefined when it shows none: it may be the list alone that is wrong. */
async function signedBy(listed: FollowedLog): Promise<string | undefined> {
  try {
    const source = sourceOf(listed, guardedFetch(listed.url));
    return source.open(await source.head()).evidence;
  } catch (error) {
    if (error instanceof SourceError || error instanceof DerError) return undefined;
    throw error;
  }
}
