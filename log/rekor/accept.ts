/**
 * ARROW 3: verify before logging. The key is known and fits its keyDetails, the signature verifies over the digest; the
 * result is the canonical leaf. Chain, validity and issuer of a certificate are not looked at: a log notes what was
 * said, who may say it is the verifier's question. Before: http-v2.ts, next: log/sequencer/pool.ts.
 */
import { algorithmNamed, type SigningAlgorithm } from '#lib/crypto/algorithms.ts';
import { digestLength, type HashName } from '#lib/crypto/hash-name.ts';
import { readPublicKey, type PublicKey } from '#lib/crypto/public-key.ts';
import { verifyDigest } from '#lib/crypto/verify-signature.ts';
import { digest } from '#crypto/digest.ts';
import { concat, utf8 } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatHashedRekord, type EntryVerifier } from '#lib/rekor/hashedrekord.ts';
import { CertificateError, readCertificate } from '#lib/x509/certificate.ts';
import { RequestError } from '../http/exchange.ts';
import type { PendingEntry } from '../sequencer/entry.ts';
import type { CreateEntryRequest, DsseRequest, HashedRekordRequest, RequestVerifier } from './request.ts';

// The length field of an entry bundle, c2sp.org/tlog-tiles.
const longestLeaf = 0xffff;

/** Throws RequestError `malformed`. */
export function accept(request: CreateEntryRequest): PendingEntry {
  const { signature, digestBy } = 'dsseRequestV002' in request ? fromDsse(request) : fromHashed(request);
  const { key, verifier } = readVerifier(signature.verifier);
  const algorithm = registered(signature.verifier, key);
  const bytes = digestBy(algorithm.hash);
  if (bytes.length !== digestLength[algorithm.hash]) {
    throw invalid(`the digest is not ${algorithm.hash}, which ${algorithm.keyDetails} implies`);
  }
  if (!verifyDigest(key, algorithm.hash, bytes, signature.content)) {
    throw invalid('the signature does not verify over the digest with this key');
  }
  const record = formatHashedRekord({
    digestAlgorithm: algorithm.protoHash,
    digest: bytes,
    signature: signature.content,
    verifier,
    keyDetails: algorithm.keyDetails,
  });
  if (record.length > longestLeaf) throw invalid(`the entry is longer than ${longestLeaf} bytes`);
  const hash = leafHash(record);
  return { identity: hash, record, leafHash: hash };
}

interface Submission {
  readonly signature: HashedRekordRequest['signature'];
  digestBy(hash: HashName): Uint8Array;
}

function fromHashed({
  hashedRekordRequestV002,
}: {
  hashedRekordRequestV002: HashedRekordRequest;
}): Submission {
  const { digest, signature } = hashedRekordRequestV002;
  return { signature, digestBy: () => digest };
}

/**
 * An envelope is logged as what its signature is over: the digest of the pre-authentication encoding (DSSE protocol.md,
 * "Signature Definition"). With one signature and one verifier only, which is all that an entry holds.
 */
function fromDsse({ dsseRequestV002 }: { dsseRequestV002: DsseRequest }): Submission {
  const { envelope, verifiers } = dsseRequestV002;
  const [signature] = envelope.signatures;
  const [verifier] = verifiers;
  if (
    signature === undefined ||
    verifier === undefined ||
    envelope.signatures.length + verifiers.length !== 2
  ) {
    throw invalid('an envelope with exactly one signature, and one verifier for it, is what this log takes');
  }
  const type = utf8(envelope.payloadType);
  const head = concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${envelope.payload.length} `));
  const encoding = concat(head, envelope.payload);
  return { signature: { content: signature.sig, verifier }, digestBy: (hash) => digest(hash, encoding) };
}

function readVerifier({ kind, bytes }: RequestVerifier): { key: PublicKey; verifier: EntryVerifier } {
  if (kind === 'publicKey') return { key: readKey(bytes, 'not a public key'), verifier: { kind, bytes } };
  let spki: Uint8Array;
  try {
    ({ spki } = readCertificate(bytes));
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    // sigstore-js sends a bare public key in the certificate's place; it is stored as what it is.
    return { key: readKey(bytes, error.message), verifier: { kind: 'publicKey', bytes } };
  }
  return { key: readKey(spki, 'the key of the certificate cannot be used'), verifier: { kind, bytes } };
}

function readKey(spki: Uint8Array, otherwise: string): PublicKey {
  try {
    return readPublicKey(spki);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw invalid(`${otherwise} (as a public key: ${cause.message})`);
  }
}

/** keyDetails must be the one name of this key: verifiers work it out from the key, and compare. */
function registered({ keyDetails }: RequestVerifier, key: PublicKey): SigningAlgorithm {
  const algorithm = algorithmNamed(keyDetails);
  if (algorithm === undefined) throw invalid('keyDetails names no algorithm this log takes');
  if (!algorithm.fits(key)) throw invalid(`the key is not one of ${algorithm.keyDetails}`);
  return algorithm;
}

function invalid(reason: string): RequestError {
  return new RequestError('malformed', `invalid entry: ${reason}`);
}
