/**
 * Keys of minisign and signify (jedisct1.github.io/minisign): base64 of the letters `Ed`, eight bytes of key id and 32 bytes
 * of an Ed25519 key, with a comment line before it that nobody signs. Entries of Rekor keep the 32 bytes alone and the key
 * id in the signature, where whoever makes a key can put what they like: the fingerprint is the name that holds.
 */
import * as z from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { concat, fromHex, fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { normalise, type SpelledIdentity } from './normalise.ts';

/** RFC 8410 §4: SubjectPublicKeyInfo of id-Ed25519, up to the key itself. */
const spkiOfEd25519 = fromHex('302a300506032b6570032100') ?? new Uint8Array(0);

const form = z.object({
  signature: z.object({
    format: z.literal('minisign'),
    content: z.string().max(8192).optional(),
    publicKey: z.object({ content: z.string().max(8192) }),
  }),
});

export interface MinisignSigner {
  /** SHA-256 of the SubjectPublicKeyInfo, as of the same key in any other form. */
  readonly fingerprint: Uint8Array | undefined;
  readonly identities: readonly SpelledIdentity[];
}

/** Of a rekord entry in this format; undefined for others. */
export function readMinisign(spec: unknown): MinisignSigner | undefined {
  const read = form.safeParse(spec);
  if (!read.success) return undefined;
  const { content = '', publicKey } = read.data.signature;
  const key = bytesIn(publicKey.content);
  const keyId = key.length === 42 ? key.subarray(2, 10) : keyIdOf(bytesIn(content));
  const bare = key.length === 32 ? key : key.length === 42 ? key.subarray(10) : undefined;
  return {
    fingerprint: bare && sha256(concat(spkiOfEd25519, bare)),
    identities: keyId === undefined ? [] : normalise('minisign-key', keyIdText(keyId)),
  };
}

/** The line of a `.pub` file, with its comment before it or not; its fingerprint. */
export function readMinisignLine(text: string): Uint8Array | undefined {
  const [, line = ''] = /^(?:untrusted comment:.*\s)?(RW[A-Za-z0-9+/]{54})$/s.exec(text.trim()) ?? [];
  const bytes = fromBase64(line);
  return bytes?.length === 42 ? sha256(concat(spkiOfEd25519, bytes.subarray(10))) : undefined;
}

/** Of `Ed` or `ED`, the key id and 64 bytes of signature. */
function keyIdOf(signature: Uint8Array): Uint8Array | undefined {
  return signature.length === 74 ? signature.subarray(2, 10) : undefined;
}

/** minisign prints it as a number, which it stores with the lowest byte first. */
function keyIdText(keyId: Uint8Array): string {
  return toHex(keyId.toReversed());
}

/** Base64 of a text whose last line of base64, comments aside, is what is meant. */
function bytesIn(content: string): Uint8Array {
  const none = new Uint8Array(0);
  const outer = fromBase64(content);
  if (outer === undefined) return none;
  try {
    const lines = fromUtf8(outer).trim().split(/\r?\n/);
    const line = lines.find((one) => !/^(?:un)?trusted comment:/.test(one));
    return fromBase64(line ?? '') ?? none;
  } catch {
    return none;
  }
}
