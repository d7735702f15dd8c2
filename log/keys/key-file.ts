/** Private keys of logs: made at first start, one PKCS #8 PEM file each, readable by us alone, never sent anywhere. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { noteKeyId } from '#lib/note/key-id.ts';
import type { NoteSigner } from '#lib/note/signed-note.ts';

export type LogKeyType = 'ed25519' | 'ecdsa-p256';

export interface LogKey {
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Ed25519, or ECDSA over SHA-256 as DER. */
  sign(message: Uint8Array): Uint8Array;
}

export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

export function loadOrMakeKey(path: string, type: LogKeyType): LogKey {
  if (!existsSync(path)) writeKey(path, generate(type));
  return loadKey(path, type);
}

export function loadKey(path: string, type: LogKeyType): LogKey {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new KeyFileError(
      `${path} is readable by others: chmod 600 it, and consider the key known to them.`,
    );
  }
  const key = readKey(path);
  if (typeOf(key) !== type) throw new KeyFileError(`${path} does not hold a key of type ${type}.`);
  const hash = type === 'ed25519' ? null : 'sha256';
  return {
    spki: Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    sign: (message) => sign(hash, message, key),
  };
}

export function noteSigner(name: string, key: LogKey): NoteSigner {
  return { name, keyId: noteKeyId(logIdOf(name, key.spki)), sign: (message) => key.sign(message) };
}

function generate(type: LogKeyType): KeyObject {
  return type === 'ed25519'
    ? generateKeyPairSync('ed25519').privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function typeOf(key: KeyObject): LogKeyType | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return key.asymmetricKeyType === 'ec' && curve === 'prime256v1' ? 'ecdsa-p256' : undefined;
}

function readKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new KeyFileError(
      `${path} holds no key that can be read: put the right file back, the log cannot go on without it.`,
      {
        cause,
      },
    );
  }
}

/** Whole and durable before it has its name: a log must never be begun with a key that a crash can take away. */
function writeKey(path: string, key: KeyObject): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, key.export({ type: 'pkcs8', format: 'pem' }).toString());
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
