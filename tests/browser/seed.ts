/** Rows as workers/follow and workers/alert leave them. */
import { createHash, randomUUID } from 'node:crypto';
import { normalise, spelled, type IdentityKind } from '#lib/identity/normalise.ts';
import type { Sql } from '#lib/server/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import type { TileLog } from './tile-log.ts';

export interface SeedEntry {
  readonly index: number;
  readonly identities: readonly (readonly [kind: IdentityKind, text: string])[];
  readonly at: Date;
  readonly trust?: string;
  readonly issuer?: string | null;
  readonly claims?: Record<string, string>;
  readonly logId?: string;
  readonly kind?: string;
  readonly certificateKey?: Uint8Array;
  /** What its certificate says; `at` unless said otherwise. */
  readonly notBefore?: Date;
}

export async function seedLog(sql: Sql, log: TileLog, id = 'rekor', at = new Date()): Promise<void> {
  const size = BigInt(log.leafHashes.length);
  await sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, downloaded_size, verified_size, verified_root,
      verified_checkpoint, checkpoint_at, verified_at, consistent_since, polled_at)
    VALUES (${id}, 'rekor-v2', ${id}, ${log.url}, ${log.origin}, ${log.publicKey}, 'following', ${size}, ${size},
      ${log.root}, ${log.checkpoint}, ${at}, ${at}, ${new Date(at.getTime() - 86_400_000)}, ${at})`;
}

export async function seedEntry(sql: Sql, log: TileLog, entry: SeedEntry): Promise<void> {
  const { index, at, identities, logId = 'rekor', kind = 'hashedrekord', trust = 'trusted' } = entry;
  const repository = identities.find(([identityKind]) => identityKind === 'repository')?.[1];
  const source = repository === undefined ? undefined : normalise('repository', repository)[0]?.value;
  const digest = createHash('sha256').update(`file ${index}`).digest();
  const issuer = entry.issuer === undefined ? 'https://accounts.example.com' : (entry.issuer ?? '');
  const leaf = log.leafHashes[index] ?? createHash('sha256').update(`${logId} ${index}`).digest();
  await sql`
    INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, digest_algorithm, digest, certificate_key, trust, issuer,
      not_before, not_after, serial, source, claims, seen_at)
    VALUES (${logId}, ${index}, ${leaf}, ${kind}, 'SHA2_256', ${digest},
      ${entry.certificateKey ?? createHash('sha256').update(`certificate ${index}`).digest()}, ${trust},
      ${entry.issuer === null ? null : issuer}, ${entry.notBefore ?? at},
      ${new Date(at.getTime() + 600_000)}, '0a1b2c3d', ${source ?? null}, ${sql.json(entry.claims ?? {})}, ${at})`;
  for (const [identityKind, text] of identities)
    for (const { kind: nameKind, value, exact } of spelled(identityKind, text))
      await sql`
        INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, exact, name)
        VALUES (${logId}, ${index}, ${nameKind}, ${value}, ${at}, ${exact ?? null},
          monitor_name_id(${value}, ${logId}, ${trust}, ${issuer}, ${source ?? ''}, ${exact ?? ''}))`;
  const names = identities.flatMap(([identityKind, text]) => spelled(identityKind, text));
  for (const name of new Map(names.map((named) => [named.value, named])).values())
    await seedName(sql, { ...name, logId, trust, issuer, source: source ?? '', index, at });
}

/** As workers/follow/names.ts counts them. */
async function seedName(
  sql: Sql,
  name: {
    kind: string;
    value: string;
    exact?: string;
    logId: string;
    trust: string;
    issuer: string;
    source: string;
    index: number;
    at: Date;
  },
): Promise<void> {
  const { kind, value, exact = '', logId, trust, issuer, source, index, at } = name;
  await sql`
    INSERT INTO monitor_name AS n (id, kind, value, log_id, trust, issuer, source, exact, entries, first_index, last_index,
      first_seen_at, last_seen_at)
    VALUES (monitor_name_id(${value}, ${logId}, ${trust}, ${issuer}, ${source}, ${exact}), ${kind}, ${value}, ${logId}, ${trust},
      ${issuer}, ${source}, ${exact}, 1, ${index}, ${index}, ${at}, ${at})
    ON CONFLICT (id) DO UPDATE SET entries = n.entries + 1, last_index = excluded.last_index,
      last_seen_at = excluded.last_seen_at`;
}

export async function seedAlert(
  sql: Sql,
  alert: {
    token: string;
    index: number;
    identity: string;
    verdict?: string;
    facts?: FactsChange;
  },
): Promise<string> {
  const id = randomUUID();
  const facts = signatureFacts({
    identity: alert.identity,
    logId: 'rekor',
    logName: 'rekor',
    index: String(alert.index),
    seenAt: '2026-11-22T14:02:05.000Z',
    issuer: 'https://accounts.google.com',
    digest: createHash('sha256').update(`file ${alert.index}`).digest('hex'),
    digestAlgorithm: 'SHA2_256',
    certificate: {
      notBefore: '2026-11-22T14:02:00.000Z',
      notAfter: '2026-11-22T14:12:00.000Z',
      serial: '01',
    },
    firstForIssuer: true,
    ...alert.facts,
  });
  const watchId = await confirmedWatch({ sql, url: '' }, `${alert.identity} ${id}`, 'reader@example.com');
  await sql`
    INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash)
    VALUES (${id}, ${watchId}, 'rekor', ${alert.index}, ${alert.verdict ?? 'unexpected'},
      ${sql.json([{ rule: 'first-issuer', words: 'Earlier signatures in this name were vouched for by another login provider.' }])},
      ${sql.json(facts)}, ${createHash('sha256').update(alert.token).digest()})`;
  return id;
}
