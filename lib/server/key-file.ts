/**
 * Private keys on disk: PKCS#8 in PEM, 0600. With a passphrase the key is sealed as RFC 8018 PBES2 with scrypt
 * (RFC 7914) and AES-256-CBC, which `openssl pkey` opens too; Node itself would write PBKDF2 with 2048 rounds, which a
 * stolen disk does not withstand.
 */
import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto';
import { octetString, oid, sequence, unsigned } from '#lib/encoding/der-writer.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { writeDurably } from './durable-file.ts';
import { readSmallFile } from './small-file.ts';

/** The message tells the operator what to do about it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

// 16 MiB a guess; OpenSSL refuses to open what needs more than 32 MiB.
const cost = { N: 16_384, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const keyBytes = 32;

export function writeKeyFile(file: string, key: KeyObject, passphrase: string | undefined): void {
  writeDurably(file, sealKey(key, passphrase), { mode: 0o600 });
}

export function readKeyFile(file: string, passphrase: string | undefined): KeyObject {
  let pem: string;
  try {
    pem = readSmallFile(file).toString('utf8');
  } catch (cause) {
    throw new KeyFileError(`The key ${file} cannot be read.`, { cause });
  }
  const isSealed = pem.includes('BEGIN ENCRYPTED PRIVATE KEY');
  if (isSealed && passphrase === undefined) {
    throw new KeyFileError(`${file} is sealed: set KEY_PASSPHRASE or KEY_PASSPHRASE_FILE.`);
  }
  try {
    return createPrivateKey({ key: pem, ...(isSealed && passphrase !== undefined ? { passphrase } : {}) });
  } catch (cause) {
    const why = isSealed ? 'does not open with the passphrase' : 'is not a PEM private key';
    throw new KeyFileError(`${file} ${why}.`, { cause });
  }
}

export function sealKey(key: KeyObject, passphrase: string | undefined): string {
  const info = Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' }));
  if (passphrase === undefined) return toPem('PRIVATE KEY', info);
  return toPem('ENCRYPTED PRIVATE KEY', seal(info, passphrase));
}

/** SubjectPublicKeyInfo of a private key, as DER. */
export function publicKeyOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }));
}

/**
 * EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm, encryptedData OCTET STRING } (RFC 5958 §3);
 * PBES2-params ::= SEQUENCE { keyDerivationFunc, encryptionScheme } (RFC 8018 §A.4);
 * scrypt-params ::= SEQUENCE { salt, costParameter, blockSize, parallelizationParameter, keyLength } (RFC 7914 §7.1).
 */
function seal(info: Uint8Array, passphrase: string): Uint8Array {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', scryptSync(passphrase, salt, keyBytes, cost), iv);
  const sealed = Buffer.concat([cipher.update(info), cipher.final()]);
  const scrypt = sequence(
    oid('1.3.6.1.4.1.11591.4.11'),
    sequence(
      octetString(Uint8Array.from(salt)),
      ...[cost.N, cost.r, cost.p, keyBytes].map((value) => unsigned(value)),
    ),
  );
  const aes256Cbc = sequence(oid('2.16.840.1.101.3.4.1.42'), octetString(Uint8Array.from(iv)));
  const pbes2 = sequence(oid('1.2.840.113549.1.5.13'), sequence(scrypt, aes256Cbc));
  return sequence(pbes2, octetString(Uint8Array.from(sealed)));
}
