/**
 * Verifier keys as text, c2sp.org/signed-note: `<name>+<8 hex digits of the key id>+<base64 of (type byte || key)>`.
 * Types: 0x01 Ed25519, 0x02 ECDSA (the key is a SubjectPublicKeyInfo), 0x04 timestamped Ed25519 cosignature.
 */
import { verifyEd25519 } from '#crypto/ed25519.ts';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { concat, equal, fromHex, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { spkiLogId } from './key-id.ts';
import { logVerifier } from './log-verifier.ts';
import { NoteError, type NoteVerifier } from './signed-note.ts';

const types = { 1: 'ed25519', 2: 'ecdsa', 4: 'cosignature' } as const;

export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly type: (typeof types)[keyof typeof types];
  /** 32 bytes, or a SubjectPublicKeyInfo for `ecdsa`. */
  readonly key: Uint8Array;
}

/** Throws NoteError `malformed`, also for a key id that is not that of the key. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  const keyId = fromHex(id);
  const type = types[(bytes?.[0] ?? 0) as keyof typeof types] as VerifierKey['type'] | undefined;
  if (bytes === undefined || keyId === undefined || name === '') throw malformed('not a verifier key');
  if (type === undefined) throw malformed('a verifier key of a type we do not know');
  const key = bytes.subarray(1);
  if (type !== 'ecdsa' && key.length !== 32) throw malformed('an Ed25519 key is 32 bytes');
  const right = type === 'ecdsa' ? spkiLogId(key) : sha256(concat(utf8(`${name}\n`), bytes));
  if (!equal(keyId, right.subarray(0, 4))) throw malformed('the key id is not that of the key');
  return { name, keyId, type, key };
}

export function formatVerifierKey({ name, keyId, type, key }: VerifierKey): string {
  const byte = type === 'ed25519' ? 1 : type === 'ecdsa' ? 2 : 4;
  return `${name}+${toHex(keyId)}+${toBase64(concat(Uint8Array.of(byte), key))}`;
}

/** What checks the notes of a log; a cosignature key signs something else (cosignature.ts) and is refused. */
export function verifierOfKey({ name, keyId, type, key }: VerifierKey): NoteVerifier {
  switch (type) {
    case 'ed25519':
      return { name, keyId, verify: (message, signature) => verifyEd25519(key, message, signature) };
    case 'ecdsa':
      try {
        return logVerifier(name, key);
      } catch (cause) {
        if (!(cause instanceof DerError)) throw cause;
        throw malformed(cause.message);
      }
    case 'cosignature':
      throw malformed("a witness's key is not a log's");
  }
}

function malformed(reason: string): NoteError {
  return new NoteError('malformed', reason);
}
