/**
 * Is this log entry about this signature? Any entry of a log is genuine, so without this check one good entry would do
 * for every bundle (CVE-2026-22703 of cosign). For Rekor v2 the leaf is rebuilt from the bundle and compared whole; the
 * kinds of Rekor v1 are in entry-binding-v1.ts.
 */
import { algorithmOf } from '#lib/crypto/algorithms.ts';
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { equal } from '#lib/encoding/bytes.ts';
import {
  formatHashedRekord,
  HashedRekordError,
  parseHashedRekord,
  type HashedRekord,
} from '#lib/rekor/hashedrekord.ts';
import { bindV1Entry } from './entry-binding-v1.ts';
import type { SignedThing } from './signed-thing.ts';
import { VerificationFailure } from './verification.ts';

export function bindEntry(entry: BundleEntry, signed: SignedThing): void {
  const kind = `${entry.kind}/${entry.version}`;
  if (kind === 'hashedrekord/0.0.2') bindHashedRekord(entry, signed);
  else bindV1Entry(entry, signed);
}

function bindHashedRekord(entry: BundleEntry, { signature, verifier, key, content }: SignedThing): void {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) {
    throw new VerificationFailure('entry-unsupported', 'no log entry can hold a key of this kind');
  }
  const digests =
    content.kind === 'message' ? content.digests(algorithm.hash) : [content.encodingDigest(algorithm.hash)];
  const rebuilt = digests.map((digest) => ({
    digestAlgorithm: algorithm.protoHash,
    digest,
    signature,
    verifier,
    keyDetails: algorithm.keyDetails,
  }));
  if (rebuilt.some((record) => equal(formatHashedRekord(record), entry.canonicalizedBody))) return;
  throw new VerificationFailure('entry-of-another-signature', differenceOf(entry, rebuilt));
}

/** For people: which part is another's. */
function differenceOf(entry: BundleEntry, rebuilt: readonly HashedRekord[]): string {
  const logged = parse(entry.canonicalizedBody);
  const [expected] = rebuilt;
  if (expected === undefined) return 'the log entry needs a digest of the artifact that is not known';
  const parts = [
    rebuilt.some(({ digest }) => equal(digest, logged.digest)) ? '' : 'digest',
    equal(expected.signature, logged.signature) ? '' : 'signature',
    equal(expected.verifier.bytes, logged.verifier.bytes) ? '' : 'key',
  ].filter((part) => part !== '');
  return `the log entry is about another ${parts.join(' and another ') || 'algorithm'}`;
}

function parse(leaf: Uint8Array): HashedRekord {
  try {
    return parseHashedRekord(leaf);
  } catch (cause) {
    if (!(cause instanceof HashedRekordError)) throw cause;
    throw new VerificationFailure('entry-malformed', `log entry: ${cause.message}`, { cause });
  }
}
