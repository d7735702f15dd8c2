/** One verified leaf as it is kept and matched, with what its certificates are worth. */
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import type { Trust } from '#lib/rules/facts.ts';
import type { LogKind } from '../follow/followed-log.ts';
import type { Authorities } from './authorities.ts';
import { describeEntry, readEntry, type IndexedEntry, type VerifiedEntry } from './indexed-entry.ts';

/** A promise only for what goes the long way: nearly every entry costs one signature of a known issuer. */
export function indexEntry(
  kind: LogKind,
  entry: VerifiedEntry,
  authorities: Authorities,
): IndexedEntry | Promise<IndexedEntry> {
  const read = readEntry(kind, entry);
  const trust = trustOf(read, authorities);
  if (typeof trust === 'string') return describeEntry(entry, read, trust);
  return trust.then((found) => describeEntry(entry, read, found));
}

function trustOf(entry: ReadEntry, authorities: Authorities): Trust | Promise<Trust> {
  if (entry.kind === 'unparsable') return 'unparsable';
  if (entry.certificates.length === 0) return 'none';
  if (entry.signed.length === 0) return 'unknown';
  const allowPoison = entry.kind === 'precertificate';
  const left = entry.signed.filter((certificate) => {
    const check = authorities.checkLeaf(certificate, allowPoison);
    return typeof check === 'string' || !verifyCertificateSignature(certificate, check.issuer.spki);
  });
  // Beside a certified signature, one by a bare key vouches for nobody.
  if (left.length === 0) return 'trusted';
  return allTrusted(left, authorities, allowPoison);
}

/** What another issuer of the same name may have signed goes the long way before it is called forged. */
async function allTrusted(
  certificates: Extract<ReadEntry, { signed: unknown }>['signed'],
  authorities: Authorities,
  allowPoison: boolean,
): Promise<Trust> {
  for (const certificate of certificates)
    if (!(await authorities.isTrusted(certificate, allowPoison))) return 'untrusted';
  return 'trusted';
}
