/**
 * Signed certificate timestamps, RFC 6962 §3.2: a certificate nobody could see issued is not to be believed. Only SCTs
 * in the certificate count; one of a log we know that does not verify condemns the certificate, whatever the others say.
 */
import { sha256 } from '#crypto/sha256.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { TlsError } from '#lib/encoding/tls-presentation.ts';
import { isValidAt, type TrustedLog } from '#lib/trust/trusted-root.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { embeddedScts, signedEntryBytes, type SignedCertificateTimestamp } from '#lib/x509/sct.ts';
import { VerificationFailure } from './verification.ts';

/** More than any certificate of this field carries. */
const mostScts = 16;

/** How many distinct trusted CT logs vouch for the certificate. */
export function verifyScts(leaf: Certificate, issuerSpki: Uint8Array, ctlogs: readonly TrustedLog[]): number {
  const scts = readScts(leaf);
  if (scts.length === 0) throw new VerificationFailure('sct-missing', 'the certificate carries no SCT');
  const tbs = tbsWithoutSctAndPoison(leaf);
  const issuerKeyHash = sha256(issuerSpki);
  const vouching = new Set<string>();
  for (const sct of scts) {
    const known = ctlogs.filter(({ logId }) => equal(logId, sct.logId));
    if (known.length === 0) continue;
    const time = new Date(Number(sct.timestamp));
    const inTime = known.filter(({ validFor }) => isValidAt(validFor, time));
    const message = signedEntryBytes(
      sct.timestamp,
      { type: 'precertificate', issuerKeyHash, tbs },
      sct.extensions,
    );
    const good = inTime.some(({ publicKey }) =>
      verifyMessage(readPublicKey(publicKey), 'SHA-256', message, sct.signature),
    );
    if (!good) {
      const why = inTime.length === 0 ? 'is from a time its log is not trusted for' : 'does not verify';
      throw new VerificationFailure('sct-invalid', `an SCT ${why}`);
    }
    vouching.add(toHex(sct.logId));
  }
  if (vouching.size === 0) {
    throw new VerificationFailure('sct-untrusted', 'no SCT is by a certificate log we trust');
  }
  return vouching.size;
}

function readScts(leaf: Certificate): SignedCertificateTimestamp[] {
  try {
    const scts = embeddedScts(leaf);
    if (scts.length > mostScts) throw new TlsError('too many SCTs');
    return scts;
  } catch (cause) {
    if (!(cause instanceof TlsError || cause instanceof DerError)) throw cause;
    throw new VerificationFailure('sct-invalid', `the list of SCTs does not read: ${cause.message}`, {
      cause,
    });
  }
}
