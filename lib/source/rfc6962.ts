/** A certificate transparency log over its own HTTP interface, RFC 6962 §4. Answers may be shorter than asked for (§4.6). */
import { z } from 'zod';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { concat, fromUtf8, uintBytes } from '#lib/encoding/bytes.ts';
import { TlsError, TlsReader } from '#lib/encoding/tls-presentation.ts';
import { SourceError, type FetchBytes, type LogSource, type SignedHead } from './log-source.ts';

const maxHeadBytes = 16 * 1024;
const maxProofBytes = 64 * 1024;
const maxEntriesBytes = 32 * 1024 * 1024;
const entriesAtOnce = 256n;

const bytes = z.string().transform((text, context) => {
  const decoded = fromBase64(text);
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const signedTreeHead = z.object({
  tree_size: z.int().nonnegative(),
  timestamp: z.int().nonnegative().max(8.64e15),
  sha256_root_hash: bytes.refine((root) => root.length === 32),
  tree_head_signature: bytes,
});
const entriesAnswer = z.object({
  entries: z
    .array(z.object({ leaf_input: bytes, extra_data: bytes }))
    .min(1)
    .max(10_000),
});
const consistencyAnswer = z.object({ consistency: z.array(bytes).max(128) });

export function rfc6962Source(fetch: FetchBytes, publicKey: Uint8Array): LogSource {
  const get = async (path: string, maxBytes: number) => text(await fetch(path, maxBytes));
  return {
    head: () => get('ct/v1/get-sth', maxHeadBytes),
    open: (head) => openTreeHead(head, publicKey),
    entries: async (from, to) => {
      const wanted = to - from < entriesAtOnce ? to - from : entriesAtOnce;
      const path = `ct/v1/get-entries?start=${from}&end=${from + wanted - 1n}`;
      const { entries } = read(entriesAnswer, await get(path, maxEntriesBytes), 'get-entries');
      return entries
        .slice(0, Number(wanted))
        .map(({ leaf_input: leaf, extra_data: extraData }) => ({ leaf, extraData }));
    },
    consistency: async (first, second) => {
      const path = `ct/v1/get-sth-consistency?first=${first}&second=${second}`;
      return read(consistencyAnswer, await get(path, maxProofBytes), 'get-sth-consistency').consistency;
    },
  };
}

/**
 * §3.5: digitally-signed struct { uint8 version = 0; uint8 signature_type = 1; uint64 timestamp; uint64 tree_size;
 * opaque sha256_root_hash[32]; } TreeHeadSignature.
 */
export function openTreeHead(head: string, publicKey: Uint8Array): SignedHead {
  const sth = read(signedTreeHead, head, 'get-sth');
  const size = BigInt(sth.tree_size);
  const root = sth.sha256_root_hash;
  const message = concat(Uint8Array.of(0, 1), uintBytes(sth.timestamp, 8), uintBytes(size, 8), root);
  if (!verifyMessage(readPublicKey(publicKey), 'SHA-256', message, signatureIn(sth.tree_head_signature))) {
    throw new SourceError('bad-signature', 'the signature of the tree head does not verify');
  }
  return { size, root, at: new Date(sth.timestamp), evidence: head };
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

function read<T>(form: z.ZodType<T>, json: string, what: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new SourceError('malformed', `${what}: not JSON`, { cause });
  }
  const result = form.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new SourceError('malformed', `${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function text(answer: Uint8Array): string {
  try {
    return fromUtf8(answer);
  } catch (cause) {
    throw new SourceError('malformed', 'not UTF-8', { cause });
  }
}
