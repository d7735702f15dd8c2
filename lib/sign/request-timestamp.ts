/** A timestamp over the signature, RFC 3161 §2.4.1 and §3.4 (over HTTP). */
import { sha256 } from '#crypto/sha256.ts';
import { derBoolean, sequence, unsigned } from '#lib/encoding/der-writer.ts';
import { writeImprint } from '#lib/timestamp/message-imprint.ts';
import { SignError } from './sign-error.ts';
import type { Send } from './transport.ts';

/** The TimeStampResp as it came: what it is worth shows when the finished bundle is verified. */
export async function requestTimestamp(url: string, signature: Uint8Array, send: Send): Promise<Uint8Array> {
  const imprint = writeImprint({ hash: 'SHA-256', digest: sha256(signature) });
  const { status, body } = await send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: sequence(unsigned(1), imprint, derBoolean(true)),
  });
  if (status === 200 || status === 201) return body;
  throw new SignError('timestamp-refused', `the timestamp authority answered ${status}`);
}
