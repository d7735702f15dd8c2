/** One verified leaf as it is kept and matched, with what its certificates are worth. */
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import type { Trust } from '#lib/rules/facts.ts';
import type { LogKind } from '../follow/followed-log.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { Authorities } from './authorities.ts';
import { describeEntry, readEntry, type IndexedEntry, type VerifiedEntry } from './indexed-entry.ts';
import type { Standing } from './signers.ts';

/** A promise only for what goes the long way: nearly every entry costs one signature of a known issuer. */
export function indexEntry(
  kind: LogKind,
  entry: VerifiedEntry,
  authorities: Authorities,
): IndexedEntry | Promise<IndexedEntry> {
  const read = readEntry(kind, entry);
  const standing = standingOf(read, authorities);
  if (standing instanceof Promise) return standing.then((found) => describeEntry(entry, read, found));
  return describeEntry(entry, read, standing);
}

function standingOf(entry: ReadEntry, authorities: Authorities): Standing | Promise<Standing> {
  if (entry.kind === 'unparsable') return 'unparsable';
  if (entry.certificates.length === 0) return 'none';
  const [only, ...others] = entry.signed;
  if (only === undefined) return 'unknown';
  const allowPoison = entry.kind === 'precertificate';
  if (others.length === 0) return trustOf(only, authorities, allowPoison);
  return Promise.all(entry.signed.map((certificate) => trustOf(certificate, authorities, allowPoison)));
}

function trustOf(
  certificate: Certificate,
  authorities: Authorities,
  allowPoison: boolean,
): Trust | Promise<Trust> {
  const check = authorities.checkLeaf(certificate, allowPoison);
  if (typeof check !== 'string' && verifyCertificateSignature(certificate, check.issuer.spki))
    return 'trusted';
  // What another issuer of the same name may have signed goes the long way before it is called forged.
  return authorities
    .isTrusted(certificate, allowPoison)
    .then((isTrusted) => (isTrusted ? 'trusted' : 'untrusted'));
}
