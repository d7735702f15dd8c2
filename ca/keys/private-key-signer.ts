/** A Signer on a private key in this process's memory, read from a PKCS#8 PEM file only its owner may read. */
import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { derNull, oid, sequence } from '#lib/encoding/der-writer.ts';
import { readAuthorityKey } from './key-file.ts';
import { KeyError, type Signer } from './signer.ts';

/** Plain or sealed with a passphrase (key-file.ts). */
export function fileSigner(file: string, passphrase: string | undefined): Signer {
  return privateKeySigner(readAuthorityKey(file, passphrase));
}

function privateKeySigner(key: KeyObject): Signer {
  const { digest, signatureAlgorithm } = signatureAlgorithmOf(key);
  const nodeDigest = digest.replace('-', '').toLowerCase();
  return {
    publicKey: Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    signatureAlgorithm,
    digest,
    sign: (message) =>
      new Promise((done, fail) => {
        // With a callback the work happens off the event loop.
        sign(nodeDigest, message, key, (error, signature) =>
          error === null ? done(Uint8Array.from(signature)) : fail(error),
        );
      }),
  };
}

/** ECDSA or RSA only: several verifiers of the field know no Ed25519 authority. */
export function signatureAlgorithmOf(key: KeyObject): Pick<Signer, 'digest' | 'signatureAlgorithm'> {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1')
    return { digest: 'SHA-256', signatureAlgorithm: sequence(oid('1.2.840.10045.4.3.2')) };
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'secp384r1')
    return { digest: 'SHA-384', signatureAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) };
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048)
    return { digest: 'SHA-256', signatureAlgorithm: sequence(oid('1.2.840.113549.1.1.11'), derNull()) };
  throw new KeyError(
    'unfit-key',
    'An authority key must be ECDSA P-256 or P-384, or RSA of 2048 bits or more.',
  );
}
