/**
 * Certificate signatures where node:crypto is. The algorithm comes from the certificate, the key type from the issuer's
 * key; a pair that does not belong together is a bad signature, never an error that somebody may catch and ignore.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Certificate } from '#lib/x509/certificate.ts';

interface Algorithm {
  readonly keyType: 'ec' | 'rsa' | 'ed25519';
  readonly digest: string | null;
}

const algorithms: Readonly<Record<string, Algorithm>> = {
  '1.2.840.10045.4.3.2': { keyType: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', digest: 'sha512' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', digest: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', digest: null },
};

// Importing a key costs more than verifying with it; a process meets few issuers. Strangers' keys must not pile up.
const keys = new Map<string, KeyObject>();
const mostKeys = 256;
/** Of the same by the array it stands in, which one issuer has as long as it is known. */
const keysOfArrays = new WeakMap<Uint8Array, KeyObject>();

/** How a certificate's signature is to be checked under this key; undefined when the two do not belong together. */
function signatureCheck(
  certificate: Certificate,
  issuerSpki: Uint8Array,
): { readonly key: KeyObject; readonly digest: string | null } | undefined {
  const algorithm = algorithms[certificate.signatureAlgorithm];
  const key = algorithm === undefined ? undefined : publicKey(issuerSpki);
  if (algorithm === undefined || key?.asymmetricKeyType !== algorithm.keyType) return undefined;
  return { key, digest: algorithm.digest };
}

export function verifyCertificateSignature(certificate: Certificate, issuerSpki: Uint8Array): boolean {
  const check = signatureCheck(certificate, issuerSpki);
  return check !== undefined && verify(check.digest, certificate.tbs, check.key, certificate.signature);
}

function publicKey(spki: Uint8Array): KeyObject | undefined {
  const met = keysOfArrays.get(spki);
  if (met !== undefined) return met;
  const key = keyOf(spki);
  if (key !== undefined) keysOfArrays.set(spki, key);
  return key;
}

function keyOf(spki: Uint8Array): KeyObject | undefined {
  const name = Buffer.from(spki).toString('latin1');
  const known = keys.get(name);
  if (known !== undefined) return known;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (keys.size >= mostKeys) keys.clear();
    keys.set(name, key);
    return key;
  } catch {
    return undefined;
  }
}
