/** A certificate transparency log over its own HTTP interface, RFC 6962 §4. Answers may be shorter than asked for (§4.6). */
import * as z from 'zod';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { TlsError, TlsReader } from '#lib/encoding/tls-presentation.ts';
import { SourceError, type FetchBytes, type LogSource, type SignedHead } from './log-source.ts';
import { base64Bytes, readJson, readText } from './read-json.ts';

const maxHeadBytes = 16 * 1024;
const maxProofBytes = 64 * 1024;
const maxEntriesBytes = 32 * 1024 * 1024;
const entriesAtOnce = 256n;

const signedTreeHead = z.object({
  tree_size: z.int().nonnegative(),
  timestamp: z.int().nonnegative().max(8.64e15),
  sha256_root_hash: base64Bytes.refine((root) => root.length === 32),
  tree_head_signature: base64Bytes,
});
const entriesAnswer = z.object({
  entries: z
    .array(z.object({ leaf_input: base64Bytes, extra_data: base64Bytes }))
    .min(1)
    .max(10_000),
});
const consistencyAnswer = z.object({ consistency: z.array(base64Bytes).max(128) });

export function rfc6962Source(fetch: FetchBytes, publicKey: Uint8Array): LogSource {
  const get = async (path: string, maxBytes: number) => readText(await fetch(path, maxBytes), path);
  return {
    head: () => get('ct/v1/get-sth', maxHeadBytes),
    open: (head) => openTreeHead(head, publicKey),
    entries: async (from, to) => {
      const wanted = to - from < entriesAtOnce ? to - from : entriesAtOnce;
      const path = `ct/v1/get-entries?start=${from}&end=${from + wanted - 1n}`;
      const { entries } = readJson(entriesAnswer, await get(path, maxEntriesBytes), 'get-entries');
      return entries
        .slice(0, Number(wanted))
        .map(({ leaf_input: leaf, extra_data: extraData }) => ({ leaf, extraData }));
    },
    consistency: async (first, second) => {
      const path = `ct/v1/get-sth-consistency?first=${first}&second=${second}`;
      return readJson(consistencyAnswer, await get(path, maxProofBytes), 'get-sth-consistency').consistency;
    },
  };
}

export function openTreeHead(head: string, publicKey: Uint8Array): SignedHead {
  const sth = readJson(signedTreeHead, head, 'get-sth');
  const size = BigInt(sth.tree_size);
  const root = sth.sha256_root_hash;
  const statement = { timestamp: BigInt(sth.timestamp), size, root };
  if (!verifyTreeHead(publicKey, statement, sth.tree_head_signature)) {
    throw new SourceError('bad-signature', 'the signature of the tree head does not verify');
  }
  return { size, root, at: new Date(sth.timestamp), evidence: head };
}

export interface TreeHeadStatement {
  /** Milliseconds. */
  readonly timestamp: bigint;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/**
 * §3.5: digitally-signed struct { uint8 version = 0; uint8 signature_type = 1; uint64 timestamp; uint64 tree_size;
 * opaque sha256_root_hash[32]; } TreeHeadSignature.
 */
export function verifyTreeHead(
  publicKey: Uint8Array,
  { timestamp, size, root }: TreeHeadStatement,
  digitallySigned: Uint8Array,
): boolean {
  const message = concat(Uint8Array.of(0, 1), uintBytes(timestamp, 8), uintBytes(size, 8), root);
  return verifyMessage(readPublicKey(publicKey), 'SHA-256', message, signatureIn(digitallySigned));
}

/** RFC 5246 §4.7: struct { SignatureAndHashAlgorithm algorithm; opaque signature<0..2^16-1>; } DigitallySigned */
function signatureIn(digitallySigned: Uint8Array): Uint8Array {
  try {
    const reader = new TlsReader(digitallySigned);
    const [hash, algorithm] = reader.opaque(2);
    const signature = reader.vector(2);
    reader.end();
    // RFC 6962 §2.1.4: SHA-256 (4), with ECDSA (3) or RSA (1).
    if (hash !== 4 || (algorithm !== 3 && algorithm !== 1)) throw new TlsError('unknown signature algorithm');
    return signature;
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new SourceError('malformed', `tree head signature: ${cause.message}`, { cause });
  }
}
