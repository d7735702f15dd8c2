/** From the bytes of a verified leaf to what is kept of it and matched: the rows of monitor_entry and monitor_identity. */
import { sha256 } from '#crypto/sha256.ts';
import { readCertificateIdentity } from '#lib/identity/from-certificate.ts';
import { readCtEntry, readRekorEntry, readRekorV1Entry, type ReadEntry } from '#lib/identity/from-entry.ts';
import { boundedText, normalise, type SpelledIdentity } from '#lib/identity/normalise.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { keyTypeOf } from '#lib/identity/key-type.ts';
import type { Trust } from '#lib/rules/facts.ts';
import type { SourceEntry } from '#lib/source/log-source.ts';
import type { LogKind } from '../follow/followed-log.ts';
import { haystackOf } from './haystack.ts';

export interface IndexedEntry {
  readonly index: bigint;
  readonly leafHash: Uint8Array;
  readonly kind: string;
  readonly trust: Trust;
  readonly digestAlgorithm: string | undefined;
  readonly digest: Uint8Array | undefined;
  readonly certificateKey: Uint8Array | undefined;
  /** SHA-256 of the first certificate as it stands there. */
  readonly certificateHash: Uint8Array | undefined;
  readonly issuer: string | undefined;
  readonly notBefore: Date | undefined;
  readonly notAfter: Date | undefined;
  readonly serial: string | undefined;
  readonly source: string | undefined;
  readonly claims: Readonly<Record<string, string>>;
  /** Of the key that signed. */
  readonly keyType: string | undefined;
  readonly identities: readonly SpelledIdentity[];
  /** SHA-256 of each certificate and of its key, for those who watch one. */
  readonly fingerprints: readonly { readonly certificate: Uint8Array; readonly key: Uint8Array }[];
  /** For an entry that does not read in whole: its bytes as lower-case text, to look for watched names in. */
  readonly haystack: string | undefined;
}

/** A verified leaf at its place. */
export interface VerifiedEntry extends SourceEntry {
  readonly index: bigint;
  readonly leafHash: Uint8Array;
}

// Half of what an index entry of PostgreSQL holds, since two of these stand beside an identity.
const indexedTextBytes = 512;
const longestClaimBytes = 4096;

export function readEntry(kind: LogKind, { leaf, extraData }: SourceEntry): ReadEntry {
  switch (kind) {
    case 'ct':
      return readCtEntry(leaf, extraData);
    case 'rekor-v1':
      return readRekorV1Entry(leaf, extraData);
    case 'rekor-v2':
      return readRekorEntry(leaf);
  }
}

export function describeEntry(entry: VerifiedEntry, read: ReadEntry, trust: Trust): IndexedEntry {
  const { index, leafHash, leaf } = entry;
  return read.kind === 'unparsable'
    ? { ...nothingKnown, index, leafHash, trust, haystack: haystackOf(leaf) }
    : describeRead(entry, read, trust);
}

const nothingKnown = {
  kind: 'unparsable',
  digestAlgorithm: undefined,
  digest: undefined,
  certificateKey: undefined,
  certificateHash: undefined,
  issuer: undefined,
  notBefore: undefined,
  notAfter: undefined,
  serial: undefined,
  source: undefined,
  claims: {},
  keyType: undefined,
  identities: [],
  fingerprints: [],
} as const;

function describeRead(
  { index, leafHash, leaf }: VerifiedEntry,
  read: Exclude<ReadEntry, { kind: 'unparsable' }>,
  trust: Trust,
): IndexedEntry {
  const certificates = read.certificates.map(readCertificateIdentity);
  const [first] = certificates;
  // Around the bare TBSCertificate of a precertificate stands nothing that anybody has a fingerprint of.
  const [certificate] = read.kind === 'precertificate' ? [] : read.certificates;
  const fingerprints = read.certificates.map(({ encoding, spki }) => ({
    certificate: sha256(encoding),
    key: sha256(spki),
  }));
  const keys = read.keys.flatMap((key) => normalise('key', toHex(key)));
  return {
    index,
    leafHash,
    trust,
    kind: boundedText(read.kind, 128),
    digestAlgorithm:
      read.digest === undefined ? undefined : boundedText(read.digest.algorithm, indexedTextBytes),
    digest: read.digest?.bytes,
    certificateKey: first?.certificateKey,
    certificateHash: certificate && fingerprints[0]?.certificate,
    issuer: first?.issuer === undefined ? undefined : boundedText(first.issuer, indexedTextBytes),
    notBefore: first?.notBefore,
    notAfter: first?.notAfter,
    serial: first?.serial,
    source: first?.source === undefined ? undefined : boundedText(first.source, indexedTextBytes),
    claims: boundedClaims(first?.claims ?? {}),
    keyType: certificate && keyTypeOf(certificate.spki),
    fingerprints,
    identities: [
      ...certificates.flatMap(({ identities }) => identities),
      ...keys,
      ...(read.identities ?? []),
    ],
    haystack:
      read.isPartlyRead === true || certificates.some(({ unreadable }) => unreadable.length > 0)
        ? haystackOf(leaf)
        : undefined,
  };
}

/** Nearly never: then nothing is copied. */
function hasOver(claims: Readonly<Record<string, string>>, bytes: number): boolean {
  for (const name in claims) {
    const value = claims[name] ?? '';
    // No unit of a string takes more than three bytes.
    if (value.length * 3 > bytes || value.includes('\0')) return true;
  }
  return false;
}

function boundedClaims(claims: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!hasOver(claims, longestClaimBytes)) return claims;
  const bounded: Record<string, string> = {};
  for (const name in claims) bounded[name] = boundedText(claims[name] ?? '', longestClaimBytes);
  return bounded;
}
