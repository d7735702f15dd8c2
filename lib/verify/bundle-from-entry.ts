/** A bundle made of a log entry alone: it names signature, digest and certificate. Nothing here is verified yet. */
import * as z from 'zod';
import type { Bundle, BundleEntry, KeyMaterial } from '#lib/bundle/bundle.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { HashedRekordError, hashedRekordKind, parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readEntryV1 } from '#lib/rekor/read-entry-v1.ts';

const hashes: Readonly<Record<string, HashName>> = {
  SHA2_256: 'SHA-256',
  SHA2_384: 'SHA-384',
  SHA2_512: 'SHA-512',
};

/** Undefined for what holds no signature of a file: of an attestation the log has no statement, only its hash. */
export function bundleFromEntry(entry: BundleEntry): Bundle | undefined {
  const { kind, version, canonicalizedBody } = entry;
  if (kind !== hashedRekordKind.kind) return undefined;
  const stated =
    version === hashedRekordKind.version ? statedV2(canonicalizedBody) : statedV1(canonicalizedBody);
  if (stated === undefined) return undefined;
  const { material, signature, algorithm, digest } = stated;
  const hash = hashes[algorithm];
  if (hash === undefined) return undefined;
  return {
    version: '0.3',
    material,
    entries: [entry],
    timestamps: [],
    content: { kind: 'message', signature, digest: { algorithm: hash, bytes: digest } },
  };
}

interface Stated {
  readonly material: KeyMaterial;
  readonly signature: Uint8Array;
  readonly algorithm: string;
  readonly digest: Uint8Array;
}

function statedV2(leaf: Uint8Array): Stated | undefined {
  try {
    const { verifier, signature, digestAlgorithm: algorithm, digest } = parseHashedRekord(leaf);
    return { material: materialOf(verifier.kind, verifier.bytes), signature, algorithm, digest };
  } catch (error) {
    if (error instanceof HashedRekordError) return undefined;
    throw error;
  }
}

const signatureV1 = z.object({ spec: z.object({ signature: z.object({ content: z.string() }) }) });

function statedV1(leaf: Uint8Array): Stated | undefined {
  const json = jsonIn(leaf);
  const entry = readEntryV1(json);
  const content = signatureV1.safeParse(json).data?.spec.signature.content;
  const signature = content === undefined ? undefined : fromBase64(content);
  const [verifier] = entry?.verifiers ?? [];
  if (entry?.kind !== 'hashedrekord' || verifier === undefined || signature === undefined) return undefined;
  const [certificate] = verifier.certificates;
  const material =
    certificate === undefined
      ? materialOf('publicKey', verifier.key.spki)
      : materialOf('certificate', certificate.encoding);
  return { material, signature, algorithm: entry.digestAlgorithm, digest: entry.digest };
}

function materialOf(kind: 'certificate' | 'publicKey', bytes: Uint8Array): KeyMaterial {
  return kind === 'certificate'
    ? { kind: 'certificate', leaf: bytes, others: [] }
    : { kind: 'public-key', hint: '' };
}

function jsonIn(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(leaf));
  } catch {
    return undefined;
  }
}
