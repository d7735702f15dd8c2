/** From the bytes of a verified leaf to what is kept of it and matched: the rows of monitor_entry and monitor_identity. */
import { readCertificateIdentity } from '#lib/identity/from-certificate.ts';
import { readCtEntry, readRekorEntry, readRekorV1Entry, type ReadEntry } from '#lib/identity/from-entry.ts';
import { boundedText } from '#lib/identity/normalise.ts';
import type { SourceEntry } from '#lib/source/log-source.ts';
import type { LogKind } from '../follow/followed-log.ts';
import { haystackOf } from './haystack.ts';
import { indexedTextBytes, nobody, signersOf, type Signed, type Signer, type Standing } from './signers.ts';

/** With what its best signer says; where several signed, the rest stand in `others`. */
export interface IndexedEntry extends Signer, Signed {
  readonly index: bigint;
  readonly leafHash: Uint8Array;
  readonly kind: string;
  /** From which it is described again. */
  readonly standing: Standing;
  readonly digestAlgorithm: string | undefined;
  readonly digest: Uint8Array | undefined;
  /** For an entry that does not read in whole: its bytes as lower-case text, to look for watched names in. */
  readonly haystack: string | undefined;
}

/** A verified leaf at its place. */
export interface VerifiedEntry extends SourceEntry {
  readonly index: bigint;
  readonly leafHash: Uint8Array;
}

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

export function describeEntry(entry: VerifiedEntry, read: ReadEntry, standing: Standing): IndexedEntry {
  const { index, leafHash, leaf } = entry;
  return read.kind === 'unparsable'
    ? { ...nothingKnown, index, leafHash, standing, haystack: haystackOf(leaf) }
    : describeRead(entry, read, standing);
}

const nothingKnown = {
  ...nobody,
  kind: 'unparsable',
  trust: 'unparsable',
  digestAlgorithm: undefined,
  digest: undefined,
  identities: [],
  fingerprints: [],
  others: [],
} as const;

function describeRead(
  { index, leafHash, leaf }: VerifiedEntry,
  read: Exclude<ReadEntry, { kind: 'unparsable' }>,
  standing: Standing,
): IndexedEntry {
  const certificates = read.certificates.map(readCertificateIdentity);
  const { best, identities, fingerprints, others } = signersOf(read, certificates, standing);
  return {
    index,
    leafHash,
    standing,
    kind: boundedText(read.kind, 128),
    digestAlgorithm:
      read.digest === undefined ? undefined : boundedText(read.digest.algorithm, indexedTextBytes),
    digest: read.digest?.bytes,
    ...best,
    identities,
    fingerprints,
    others,
    haystack:
      read.isPartlyRead === true || certificates.some(({ unreadable }) => unreadable.length > 0)
        ? haystackOf(leaf)
        : undefined,
  };
}
