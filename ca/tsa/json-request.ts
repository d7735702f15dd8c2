/** The JSON form of a timestamp request, which sigstore's JavaScript client sends. */
import { z } from 'zod';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';
import { uintBytes } from '#lib/encoding/bytes.ts';
import { readSingle, tag } from '#lib/encoding/der-reader.ts';
import { unsigned } from '#lib/encoding/der-writer.ts';
import { checkImprint } from '#lib/timestamp/message-imprint.ts';
import type { TimestampRequest } from '#lib/timestamp/request.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';

const longestJsonRequest = 1024;

const hashNames = new Map([
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
] as const);
const weakHashNames: readonly string[] = ['md5', 'sha1'];

const jsonRequest = z.object({
  artifactHash: z.string(),
  hashAlgorithm: z.string(),
  certificates: z.boolean().default(false),
  nonce: z
    .string()
    .regex(/^[0-9]{1,48}$/)
    .optional(),
  tsaPolicyOID: z.string().optional(),
});

export function readJsonRequest(text: string): TimestampRequest {
  if (text.length > longestJsonRequest)
    throw new TimestampError('malformed', 'timestamp request is too large');
  const parsed = jsonRequest.safeParse(parse(keepDigits(text)));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new TimestampError('malformed', `timestamp request is malformed: ${field}`);
  }
  const { artifactHash, hashAlgorithm, certificates, nonce, tsaPolicyOID } = parsed.data;
  const digest = fromProtoBase64(artifactHash);
  if (digest === undefined) throw new TimestampError('malformed', 'artifactHash is not base64');
  if ((tsaPolicyOID?.split('.').length ?? 0) > 128)
    throw new TimestampError('malformed', 'OID should be comprised of at most 128 components');
  return {
    imprint: checkImprint(hashName(hashAlgorithm), digest),
    policy: tsaPolicyOID === '' ? undefined : tsaPolicyOID,
    nonce: nonce === undefined ? undefined : integerContents(BigInt(nonce)),
    wantsCertificates: certificates,
  };
}

function hashName(given: string): 'SHA-256' | 'SHA-384' | 'SHA-512' {
  const name = hashNames.get(given as 'sha256');
  if (name !== undefined) return name;
  throw weakHashNames.includes(given)
    ? new TimestampError('weak-hash', 'Weak hash algorithm in timestamp request')
    : new TimestampError('malformed', 'unsupported hash algorithm in timestamp request');
}

/**
 * A nonce is 64 bits as clients make it, more than a number of JSON.parse holds, and one that comes back changed is
 * refused by who sent it: its digits are read as text. Inside another text the quotes would be escaped.
 */
function keepDigits(text: string): string {
  return text.replace(/"nonce"\s*:\s*(0|[1-9][0-9]{0,47})(?=\s*[,}])/g, '"nonce":"$1"');
}

function integerContents(value: bigint): Uint8Array {
  return readSingle(unsigned(uintBytes(value, 20)), tag.integer).contents;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new TimestampError('malformed', 'timestamp request is not JSON', { cause });
  }
}
