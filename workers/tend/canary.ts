/**
 * The monitor signs now and then itself, through the log's public HTTP as any client does, with a key of its own. That it
 * sees its signature, and how soon, is what "nothing was signed as you" rests on. Nobody has signed yet: nor do we.
 */
import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { SourceError } from '#lib/source/log-source.ts';
import { placeOfDigest, type IndexedBatch } from '../match/indexed-batch.ts';

const askSql = namedSql('monitor-ask-canary');
const maxAnswerBytes = 256 * 1024;
const answer = z.object({ logIndex: z.coerce.bigint() });

export interface CanarySettings {
  /** Address of the log, which must be one that is followed. */
  readonly logUrl: string;
  readonly everyMs: number;
}

export class Canary {
  private readonly sql: Sql;
  private readonly settings: CanarySettings;
  private key: { secret: KeyObject; spki: Uint8Array } | undefined;

  constructor(sql: Sql, settings: CanarySettings) {
    this.sql = sql;
    this.settings = settings;
  }

  /** Signs if it is time, whichever worker comes first. */
  async sign(): Promise<void> {
    const artifact = randomUUID();
    const digest = createHash('sha256').update(artifact).digest();
    const { logUrl, everyMs } = this.settings;
    const [asked] = await this.sql.unsafe<{ id: string; url: string }[]>(askSql, [
      randomUUID(),
      digest,
      `${logUrl}/%`,
      String(everyMs),
    ]);
    if (asked === undefined) return;
    try {
      const index = await this.submit(asked.url, artifact, digest);
      await this.sql`
        UPDATE monitor_canary SET acknowledged_at = now(), entry_index = ${index} WHERE id = ${asked.id}`;
    } catch (error) {
      if (!(error instanceof SourceError || error instanceof z.ZodError || error instanceof SyntaxError))
        throw error;
      await this
        .sql`UPDATE monitor_canary SET failure = ${error.message.slice(0, 300)} WHERE id = ${asked.id}`;
    }
  }

  private async submit(url: string, artifact: string, digest: Uint8Array): Promise<bigint> {
    this.key ??= newKey();
    const verifier = {
      publicKey: { rawBytes: toBase64(this.key.spki) },
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    };
    const content = toBase64(sign('sha256', Buffer.from(artifact), this.key.secret));
    const request = {
      hashedRekordRequestV002: { digest: toBase64(digest), signature: { content, verifier } },
    };
    const post = guardedFetch(url);
    const bytes = await post('log/entries', maxAnswerBytes, JSON.stringify(request));
    return answer.parse(JSON.parse(fromUtf8(bytes))).logIndex;
  }
}

function newKey(): { secret: KeyObject; spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { secret: privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}

/** In the transaction that would make an alert of it: from then on a watcher would have been told. */
export async function seeCanaries(
  transaction: Transaction,
  logId: string,
  first: bigint,
  indexed: IndexedBatch,
): Promise<void> {
  const waiting = await transaction<{ id: string; digest: Buffer }[]>`
    SELECT id, digest FROM monitor_canary
    WHERE log_id = ${logId} AND seen_at IS NULL AND asked_at > now() - interval '1 hour'`;
  for (const { id, digest } of waiting) {
    const place = placeOfDigest(indexed, digest);
    if (place === undefined) continue;
    await transaction`
      UPDATE monitor_canary SET seen_at = clock_timestamp(), entry_index = ${first + BigInt(place)} WHERE id = ${id}`;
  }
}
