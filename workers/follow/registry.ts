/**
 * Which logs are followed: those of the trust root, each under a name made of its id. A log once followed stays, listed
 * or not: its past does not end with its listing. A key that changes under a name is not taken, it is reported.
 */
import { equal, toHex } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import type { TrustedLog, TrustedRoot } from '#lib/trust/trusted-root.ts';
import { loadLog, type FollowedLog } from './followed-log.ts';
import { openIncident } from './incidents.ts';
import type { RekorV1Listing } from './trees-v1.ts';

export interface Listing {
  readonly log: FollowedLog;
  /** The listing says that the key is no longer used: a successor under the same name is expected. */
  readonly ended: boolean;
}

type StartAt = FollowedLog['startAt'];

/** The logs of a trust root that are one tree each; those of Rekor v1 are found by asking (trees-v1.ts). */
export function listLogs({ tlogs, ctlogs }: TrustedRoot, startAt: StartAt = 'beginning'): Listing[] {
  return [
    ...tlogs.filter(isRekorV2).map((log) => listing('rekor-v2', log, startAt)),
    ...ctlogs.map((log) => listing('ct', log, startAt)),
  ];
}

export function listRekorV1({ tlogs }: TrustedRoot, startAt: StartAt = 'beginning'): RekorV1Listing[] {
  const byUrl = new Map<string, Uint8Array[]>();
  for (const { baseUrl, publicKey } of tlogs.filter((log) => !isRekorV2(log)))
    byUrl.set(baseUrl, [...(byUrl.get(baseUrl) ?? []), publicKey]);
  return [...byUrl].map(([url, publicKeys]) => ({ url, publicKeys, startAt }));
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
  const { host } = new URL(baseUrl);
  return {
    ended: validFor.end !== undefined,
    log: {
      id: `${prefix}-${toHex(logId.subarray(0, 4))}`,
      kind,
      dialect: kind === 'ct' ? 'rfc6962' : 'tiles',
      name: kind === 'ct' ? `${host} certificates` : `${host} signatures`,
      url: kind === 'ct' ? baseUrl : `${baseUrl}/api/v2`,
      origin: kind === 'ct' ? baseUrl : origin,
      publicKey,
      startAt,
    },
  };
}

/** Brings monitor_log up to date with the listings; the ids of all logs to follow. */
export async function registerLogs(
  sql: Sql,
  listings: readonly Listing[],
  webUrl: string,
): Promise<string[]> {
  for (const { log, ended } of listings) {
    const predecessor = await unannouncedPredecessor(sql, log, listings);
    if (predecessor === undefined) await insertLog(sql, log, ended);
    else await reportKeyChange(sql, predecessor, log, webUrl);
  }
  const rows = await sql<{ id: string }[]>`SELECT id FROM monitor_log WHERE state <> 'retired' ORDER BY id`;
  return rows.map(({ id }) => id);
}

async function insertLog(sql: Sql, log: FollowedLog, ended: boolean): Promise<void> {
  const { id, kind, dialect, name, url, origin, publicKey, startAt } = log;
  await sql`
    INSERT INTO monitor_log (id, kind, dialect, name, url, origin, public_key, start_at, ended)
    VALUES (${id}, ${kind}, ${dialect}, ${name}, ${url}, ${origin}, ${publicKey}, ${startAt}, ${ended})
    ON CONFLICT (id) DO UPDATE SET url = excluded.url, name = excluded.name, ended = excluded.ended
    WHERE (monitor_log.url, monitor_log.name, monitor_log.ended) IS DISTINCT FROM (excluded.url, excluded.name, excluded.ended)`;
}

/** A followed log of the same name or id with another key, which the trust root does not say has ended. */
async function unannouncedPredecessor(
  sql: Sql,
  log: FollowedLog,
  listings: readonly Listing[],
): Promise<FollowedLog | undefined> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM monitor_log
    WHERE (id = ${log.id} OR (kind = ${log.kind} AND origin = ${log.origin})) AND public_key <> ${log.publicKey}`;
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

async function reportKeyChange(
  sql: Sql,
  known: FollowedLog,
  listed: FollowedLog,
  webUrl: string,
): Promise<void> {
  const detail = `The trust root lists another key for ${known.origin}, and does not say that the one we know has ended.`;
  const before = `public key ${toHex(known.publicKey)}`;
  const after = `public key ${toHex(listed.publicKey)}`;
  await openIncident(sql, known, { kind: 'key-change', detail, before, after }, webUrl);
}
