/**
 * Step 3, log: every entry of the bundle is in a log we trust, provably (RFC 6962 §2.1.1), and is about this signature
 * by this key. Everything here is attacker-controlled but the trusted root.
 */
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { isValidAt, type TrustedLog } from '#lib/trust/trusted-root.ts';
import { bindEntry } from './entry-binding.ts';
import type { SignedThing } from './signed-thing.ts';
import { VerificationFailure, type VerifiedEntry } from './verification.ts';
import { verifyCheckpoint } from './verify-checkpoint.ts';

export interface LogTrust {
  readonly tlogs: readonly TrustedLog[];
  /**
   * True lets an entry of a 0.1 bundle pass on its signed promise alone. Nothing then shows that the log kept its word,
   * so it is off unless somebody asks for it.
   */
  readonly acceptPromiseAlone: boolean;
}

export function verifyEntries(
  entries: readonly BundleEntry[],
  signed: SignedThing,
  times: readonly Date[],
  trust: LogTrust,
): VerifiedEntry[] {
  if (entries.length === 0) throw new VerificationFailure('entry-missing', 'the bundle has no log entry');
  const seen = new Set<string>();
  return entries.map((entry) => {
    const place = `${toHex(entry.logId)} ${entry.logIndex}`;
    if (seen.has(place)) throw new VerificationFailure('entry-repeated', 'one log entry stands there twice');
    seen.add(place);
    return verifyEntry(entry, signed, times, trust);
  });
}

function verifyEntry(
  entry: BundleEntry,
  signed: SignedThing,
  times: readonly Date[],
  { tlogs, acceptPromiseAlone }: LogTrust,
): VerifiedEntry {
  const log = trustedLog(entry, times, tlogs);
  const checkpoint = acceptPromiseAlone && isPromiseAlone(entry) ? undefined : verifyProof(entry, log);
  bindEntry(entry, signed);
  return { logId: log.logId, logUrl: log.baseUrl, logIndex: entry.logIndex, checkpoint };
}

/** The promise itself was verified in step 1: without it there would be no integrated time to go on. */
function isPromiseAlone({ inclusionProof, inclusionPromise, integratedTime }: BundleEntry): boolean {
  return (
    inclusionProof?.checkpoint === undefined && inclusionPromise !== undefined && integratedTime !== undefined
  );
}

/** The log by its id, trusted for when the entry was made: the log's own word (Rekor v1), else all verified times. */
function trustedLog(entry: BundleEntry, times: readonly Date[], tlogs: readonly TrustedLog[]): TrustedLog {
  const known = tlogs.filter(({ logId }) => equal(logId, entry.logId));
  if (known.length === 0) {
    throw new VerificationFailure('log-untrusted', 'the entry is in a log we do not trust');
  }
  const made = entry.integratedTime === undefined ? times : [new Date(Number(entry.integratedTime) * 1000)];
  // Without any time step 1 has failed, and the verdict with it.
  const log = known.find(({ validFor }) => made.every((time) => isValidAt(validFor, time)));
  if (log === undefined) {
    throw new VerificationFailure('log-outside-validity', 'the log is not trusted for the time of the entry');
  }
  return log;
}

/** Returns the checkpoint it verified against, as it came. */
function verifyProof(entry: BundleEntry, log: TrustedLog): string {
  const proof = entry.inclusionProof;
  if (proof === undefined) {
    throw new VerificationFailure('inclusion-proof-missing', 'the log entry has no inclusion proof');
  }
  if (proof.checkpoint === undefined) {
    throw new VerificationFailure('checkpoint-missing', 'the inclusion proof has no checkpoint');
  }
  const { size, root } = verifyCheckpoint(proof.checkpoint, log);
  if (size !== proof.treeSize || !equal(root, proof.rootHash)) {
    throw new VerificationFailure(
      'checkpoint-of-another-tree',
      'checkpoint and inclusion proof are about different trees',
    );
  }
  // Rekor v2 has one index; Rekor v1 counts over its shards in the entry and within one in the proof.
  const isV2 = entry.integratedTime === undefined;
  const included = verifyInclusion({
    index: proof.logIndex,
    size,
    root,
    leafHash: leafHash(entry.canonicalizedBody),
    proof: proof.hashes,
  });
  if (!included || (isV2 && proof.logIndex !== entry.logIndex)) {
    throw new VerificationFailure('inclusion-proof-invalid', 'the inclusion proof does not lead to the root');
  }
  return proof.checkpoint;
}
