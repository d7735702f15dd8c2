/**
 * ARROW 3 for Rekor v1: verify before logging. A proposed entry of a kind we take becomes its canonical leaf, the time it
 * was taken, and what it can be found by. Before: http-v1.ts, next: log/sequencer/pool.ts.
 */
import { sha256 } from '#crypto/sha256.ts';
import { algorithmOf } from '#lib/crypto/algorithms.ts';
import { digestLength, type HashName } from '#lib/crypto/hash-name.ts';
import { verifyDigest, verifyMessage } from '#lib/crypto/verify-signature.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatDsseV1, preAuthenticationEncoding } from '#lib/rekor/dsse-v1.ts';
import { formatHashedRekordV1, type V1Hash } from '#lib/rekor/hashedrekord-v1.ts';
import { formatIntotoV1 } from '#lib/rekor/intoto-v1.ts';
import type { PemVerifier } from '#lib/rekor/pem-verifier.ts';
import { RequestError } from '../http/exchange.ts';
import type { PendingEntry } from '../sequencer/entry.ts';
import { formatRecordV1 } from './record-v1.ts';
import {
  readEnvelope,
  type DsseProposal,
  type HashedProposal,
  type IntotoProposal,
  type ProposedEntry,
} from './request-v1.ts';
import { hashKey, searchKeysOf, statementKeys, verifierKeys } from './search-keys-v1.ts';

export interface AcceptedV1 {
  readonly leaf: Uint8Array;
  readonly foundBy: readonly string[];
}

// The length field of an entry bundle, c2sp.org/tlog-tiles, which this log serves too.
const longestLeaf = 0xffff;
const hashNames: Record<V1Hash, HashName> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

/** Throws RequestError `malformed`. */
export function acceptV1(proposed: ProposedEntry, now: bigint): PendingEntry {
  const { leaf, foundBy } = canonicalV1(proposed);
  if (leaf.length > longestLeaf) throw invalid(`the entry is longer than ${longestLeaf} bytes`);
  const hash = leafHash(leaf);
  const record = formatRecordV1({ integratedTime: now, leaf, searchKeys: searchKeysOf(foundBy) });
  return { identity: hash, record, leafHash: hash };
}

export function canonicalV1(proposed: ProposedEntry): AcceptedV1 {
  switch (proposed.kind) {
    case 'hashedrekord':
      return acceptHashed(proposed.spec);
    case 'dsse':
      return acceptDsse(proposed.spec);
    case 'intoto':
      return acceptIntoto(proposed.spec);
  }
}

function acceptHashed({ data, signature }: HashedProposal): AcceptedV1 {
  const { algorithm, value: digest } = data.hash;
  const verifier = signature.publicKey.content;
  // A key may sign with a hash that is not the usual one for it; of a size that is too small it may not be.
  if (algorithmOf(verifier.key) === undefined) throw invalid('a kind or size of key this log does not take');
  const hash = hashNames[algorithm];
  if (digest.length !== digestLength[hash]) throw invalid(`the hash is not ${algorithm}`);
  if (!verifyDigest(verifier.key, hash, digest, signature.content)) {
    throw invalid('the signature does not verify over the hash with this key');
  }
  const leaf = formatHashedRekordV1({ algorithm, digest, signature: signature.content, verifier });
  return { leaf, foundBy: [hashKey(algorithm, digest), ...verifierKeys(verifier)] };
}

function acceptDsse({ proposedContent: { envelope: text, verifiers } }: DsseProposal): AcceptedV1 {
  const envelope = readEnvelope(text);
  const encoding = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  const signatures = envelope.signatures.map(({ sig: signature }) => {
    const verifier = verifiers.find((one) => signedBy(one, encoding, signature));
    if (verifier === undefined) throw invalid('a signature does not verify with any of the verifiers');
    return { signature, verifier };
  });
  const envelopeHash = sha256(utf8(text));
  const payloadHash = sha256(envelope.payload);
  return {
    leaf: formatDsseV1({ envelopeHash, payloadHash, signatures }),
    foundBy: [
      hashKey('sha256', envelopeHash),
      hashKey('sha256', payloadHash),
      ...verifiers.flatMap(verifierKeys),
      ...statementKeys(envelope.payloadType, envelope.payload),
    ],
  };
}

function acceptIntoto({ content: { envelope, hash } }: IntotoProposal): AcceptedV1 {
  const { payloadType, payload } = envelope;
  const encoding = preAuthenticationEncoding(payloadType, payload);
  const signatures = envelope.signatures.map(({ sig: signature, publicKey: verifier, keyid = '' }) => {
    if (!signedBy(verifier, encoding, signature)) throw invalid('a signature does not verify with its key');
    return { signature, verifier, keyid };
  });
  const payloadHash = sha256(payload);
  return {
    leaf: formatIntotoV1({ payloadType, signatures, hash: hash.value, payloadHash }),
    foundBy: [
      hashKey('sha256', hash.value),
      hashKey('sha256', payloadHash),
      ...signatures.flatMap(({ verifier }) => verifierKeys(verifier)),
      ...statementKeys(payloadType, payload),
    ],
  };
}

/** Envelopes are signed with the usual hash of the key, or as older clients do with SHA-256 by any key. */
function signedBy({ key }: PemVerifier, encoding: Uint8Array, signature: Uint8Array): boolean {
  const usual = algorithmOf(key)?.hash;
  if (usual === undefined) return false;
  return (['SHA-256', usual] as const).some((hash) => verifyMessage(key, hash, encoding, signature));
}

function invalid(reason: string): RequestError {
  return new RequestError('malformed', `invalid entry: ${reason}`);
}
