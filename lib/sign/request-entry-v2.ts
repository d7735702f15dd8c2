/** An entry in a Rekor v2 log. An attestation is logged as a hashedrekord over its encoding (rekor-v2-spec §6.1.4). */
import { toBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { BundleError, type BundleEntry } from '#lib/bundle/bundle.ts';
import { readLogEntryJson } from '#lib/bundle/read-bundle.ts';
import { readJsonAnswer } from './json-answer.ts';
import { SignError } from './sign-error.ts';
import type { SignedContent } from './signed-content.ts';
import type { Send } from './transport.ts';

export async function requestEntryV2(
  log: string,
  { content, digest }: SignedContent,
  certificate: Uint8Array,
  send: Send,
): Promise<BundleEntry> {
  const request = {
    hashedRekordRequestV002: {
      digest: toBase64(digest),
      signature: {
        content: toBase64(content.signature),
        verifier: {
          x509Certificate: { rawBytes: toBase64(certificate) },
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        },
      },
    },
  };
  const answer = await send({
    method: 'POST',
    url: `${log}/api/v2/log/entries`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: utf8(JSON.stringify(request)),
  });
  try {
    return readLogEntryJson(readJsonAnswer(answer, 'log-refused', 'the transparency log'));
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    throw new SignError('answer-malformed', `the transparency log: ${cause.message}`, { cause });
  }
}
