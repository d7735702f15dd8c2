/**
 * What the CT log takes: a chain of certificates from a leaf, or its precertificate, to a root of our authority
 * (RFC 6962 §3.1). Validity is judged at the leaf's own beginning, since these certificates live for minutes and a log
 * records, it does not judge. Before: http.ts, next: log/sequencer/pool.ts.
 */
import { sha256 } from '#crypto/sha256.ts';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose } from '#lib/x509/extensions.ts';
import { isPrecertificate, poisonOid, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { signedEntryBytes, type SignedEntry } from '#lib/x509/sct.ts';
import { RequestError } from '../http/exchange.ts';
import type { PendingEntry } from '../sequencer/entry.ts';
import { formatRecord } from './record.ts';
import type { AcceptedRoots } from './roots.ts';

export type SubmissionKind = 'certificate' | 'precertificate';

const noExtensions = new Uint8Array(0);

/** `timestamp` in milliseconds: the moment of acceptance, in the leaf for ever. Throws RequestError `malformed`. */
export async function acceptChain(
  kind: SubmissionKind,
  chain: readonly Uint8Array[],
  roots: AcceptedRoots,
  timestamp: bigint,
): Promise<PendingEntry> {
  const [leaf, ...others] = chain.map(read);
  if (leaf === undefined) throw invalid('the chain is empty');
  const isPoisoned = kind === 'precertificate' ? isPrecertificate(leaf) : leaf.extensions.has(poisonOid);
  if (isPoisoned !== (kind === 'precertificate')) throw invalid(`the first certificate is not a ${kind}`);
  const path = await pathToRoot(leaf, others, roots);
  const entry = entryOf(kind, leaf, path);
  const leafInput = signedEntryBytes(timestamp, entry, noExtensions);
  const chainBytes = vector(3, concat(...path.slice(1).map(({ encoding }) => vector(3, encoding))));
  // PrecertChainEntry and the chain of X509ChainEntry, RFC 6962 §3.1.
  const extraData = kind === 'precertificate' ? concat(vector(3, leaf.encoding), chainBytes) : chainBytes;
  return {
    // The same certificate tomorrow is the same entry: its time is not part of what it is.
    identity: sha256(signedEntryBytes(0n, entry, noExtensions)),
    record: formatRecord({ leafInput, extraData }),
    leafHash: leafHash(leafInput),
  };
}

function entryOf(kind: SubmissionKind, leaf: Certificate, path: readonly Certificate[]): SignedEntry {
  if (kind === 'certificate') return { type: 'certificate', certificate: leaf.encoding };
  const [, issuer] = path;
  if (issuer === undefined) throw invalid('a precertificate needs an issuer');
  return { type: 'precertificate', issuerKeyHash: sha256(issuer.spki), tbs: tbsWithoutSctAndPoison(leaf) };
}

async function pathToRoot(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  roots: AcceptedRoots,
): Promise<Certificate[]> {
  const tryWith = (trusted: readonly Certificate[]): Promise<Certificate[]> =>
    verifyChain({
      leaf,
      intermediates,
      roots: trusted,
      at: leaf.notBefore,
      purpose: keyPurpose.codeSigning,
      verifySignature: verifyCertificateSignature,
      allowPoison: true,
    });
  const known = await roots.known();
  try {
    return await tryWith(known).catch(async (error: unknown) => {
      if (!(error instanceof ChainError) || error.code !== 'no-path-to-root') throw error;
      const renewed = await roots.renewed();
      if (renewed === known) throw error;
      return tryWith(renewed);
    });
  } catch (error) {
    if (error instanceof ChainError) throw invalid(error.message);
    if (error instanceof CertificateError || error instanceof DerError) throw invalid(error.message);
    throw error;
  }
}

function read(bytes: Uint8Array): Certificate {
  try {
    return readCertificate(bytes);
  } catch (error) {
    if (error instanceof CertificateError) throw invalid(error.message);
    throw error;
  }
}

function invalid(reason: string): RequestError {
  return new RequestError('malformed', `invalid chain: ${reason}`);
}
