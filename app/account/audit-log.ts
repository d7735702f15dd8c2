/**
 * Ownership, rules and freezes are signed into our own log as well: then not even whoever holds the database can say that
 * they never were, or were otherwise. Through the log's public HTTP, as any client; what is logged is a digest.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { auditStatement, type AuditRow } from './audit-statement.ts';
import { signedActs } from './audit.ts';

const answer = z.object({ logIndex: z.coerce.bigint() });
const mostAnswerBytes = 256 * 1024;
const atOnce = 50;

export interface AuditLog {
  readonly sql: Sql;
  readonly logUrl: string;
  readonly post: FetchBytes;
}

let key: { secret: KeyObject; spki: string } | undefined;

/** Signs what is not in the log yet, oldest first. One that was logged and not written down is logged once more. */
export async function logSignedActs({ sql, logUrl, post }: AuditLog): Promise<number> {
  const rows = await sql<AuditRow[]>`
    SELECT audit.* FROM account_audit audit
    LEFT JOIN account_audit_entry entry ON entry.audit_id = audit.id
    WHERE audit.act = ANY(${signedActs as string[]}) AND entry.audit_id IS NULL
    ORDER BY audit.id LIMIT ${atOnce}`;
  for (const row of rows) {
    const statement = auditStatement(row);
    const digest = sha256(utf8(statement));
    const bytes = await post('api/v2/log/entries', mostAnswerBytes, requestFor(statement, digest));
    const { logIndex } = answer.parse(JSON.parse(fromUtf8(bytes)));
    await sql`
      INSERT INTO account_audit_entry (audit_id, digest, log_url, entry_index)
      VALUES (${row.id}, ${Buffer.from(digest)}, ${logUrl}, ${logIndex}) ON CONFLICT DO NOTHING`;
  }
  return rows.length;
}

function requestFor(statement: string, digest: Uint8Array): string {
  key ??= newKey();
  const content = toBase64(sign('sha256', Buffer.from(statement), key.secret));
  const verifier = { publicKey: { rawBytes: key.spki }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' };
  return JSON.stringify({
    hashedRekordRequestV002: { digest: toBase64(digest), signature: { content, verifier } },
  });
}

function newKey(): { secret: KeyObject; spki: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    secret: privateKey,
    spki: toBase64(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))),
  };
}
