/**
 * Certificate signatures in a browser. The algorithm comes from the certificate, the key type from the issuer's key; a
 * pair that does not belong together is a bad signature.
 */
import { DerError } from '#lib/encoding/der-reader.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { HashName } from '../hash-name.ts';
import { readPublicKey, type PublicKey } from '../public-key.ts';
import { verifyMessage } from '../verify-signature.ts';

interface Algorithm {
  readonly kind: PublicKey['kind'];
  readonly hash: HashName;
}

const algorithms: Readonly<Record<string, Algorithm>> = {
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', hash: 'SHA-512' },
  '1.2.840.113549.1.1.11': { kind: 'rsa', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa', hash: 'SHA-512' },
  '1.3.101.112': { kind: 'ed25519', hash: 'SHA-512' },
};

export function verifyCertificateSignature(certificate: Certificate, issuerSpki: Uint8Array): boolean {
  const algorithm = algorithms[certificate.signatureAlgorithm];
  if (algorithm === undefined) return false;
  try {
    const key = readPublicKey(issuerSpki);
    return (
      key.kind === algorithm.kind &&
      verifyMessage(key, algorithm.hash, certificate.tbs, certificate.signature)
    );
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
