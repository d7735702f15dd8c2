/** Private keys of logs and of the witness: made at first start, one file each, readable by us alone, never sent anywhere. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { noteKeyId } from '#lib/note/key-id.ts';
import type { NoteSigner } from '#lib/note/signed-note.ts';
import { KeyFileError, publicKeyOf, readKeyFile, writeKeyFile } from './key-file.ts';

export type SigningKeyType = 'ed25519' | 'ecdsa-p256';

export interface SigningKey {
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Ed25519, or ECDSA over SHA-256 as DER. */
  sign(message: Uint8Array): Uint8Array;
}

/** `passphrase`: what a new key is sealed with, and what opens those that are; a key from before it was set opens too. */
export function loadOrMakeKey(
  path: string,
  type: SigningKeyType,
  passphrase: string | undefined,
): SigningKey {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    chmodSync(dirname(path), 0o700);
    // Whole and durable before it has its name: nothing must ever be signed by a key that a crash can take away.
    writeKeyFile(path, generate(type), passphrase);
  }
  return loadKey(path, type, passphrase);
}

export function loadKey(path: string, type: SigningKeyType, passphrase: string | undefined): SigningKey {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new KeyFileError(
      `${path} is readable by others: chmod 600 it, and consider the key known to them.`,
    );
  }
  const key = readKeyFile(path, passphrase);
  if (typeOf(key) !== type) throw new KeyFileError(`${path} does not hold a key of type ${type}.`);
  const hash = type === 'ed25519' ? null : 'sha256';
  return {
    spki: publicKeyOf(key),
    sign: (message) => sign(hash, message, key),
  };
}

export function noteSigner(name: string, key: SigningKey): NoteSigner {
  return { name, keyId: noteKeyId(logIdOf(name, key.spki)), sign: (message) => key.sign(message) };
}

function generate(type: SigningKeyType): KeyObject {
  return type === 'ed25519'
    ? generateKeyPairSync('ed25519').privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function typeOf(key: KeyObject): SigningKeyType | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return key.asymmetricKeyType === 'ec' && curve === 'prime256v1' ? 'ecdsa-p256' : undefined;
}
