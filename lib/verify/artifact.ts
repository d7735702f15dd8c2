/** What was signed: its bytes, or as many of its digests as one has (a file too long for memory, an image by digest). */
import { digest } from '#crypto/digest.ts';
import { digestLength, type HashName } from '#lib/crypto/hash-name.ts';

export interface Artifact {
  /** Undefined when this digest is not known; it is then never assumed. */
  digest(hash: HashName): Uint8Array | undefined;
  readonly bytes: Uint8Array | undefined;
}

export function artifactOfBytes(bytes: Uint8Array): Artifact {
  const digests = new Map<HashName, Uint8Array>();
  return {
    bytes,
    digest(hash) {
      const known = digests.get(hash) ?? digest(hash, bytes);
      digests.set(hash, known);
      return known;
    },
  };
}

/** Throws a RangeError for a digest of the wrong length. */
export function artifactOfDigests(digests: Readonly<Partial<Record<HashName, Uint8Array>>>): Artifact {
  for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
    const given = digests[hash];
    if (given !== undefined && given.length !== digestLength[hash]) {
      throw new RangeError(`a ${hash} digest has ${digestLength[hash]} bytes`);
    }
  }
  return { bytes: undefined, digest: (hash) => digests[hash] };
}
