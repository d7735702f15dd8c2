/** The note verifier of a log whose key one has as SubjectPublicKeyInfo, e.g. out of a trusted root. */
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { ed25519LogId, noteKeyId, spkiLogId } from './key-id.ts';
import type { NoteVerifier } from './signed-note.ts';

/** All 32 bytes of a log's identity; its name counts for Ed25519 keys only. */
export function logIdOf(name: string, spki: Uint8Array): Uint8Array {
  const key = readPublicKey(spki);
  return key.kind === 'ed25519' ? ed25519LogId(name, key.raw) : spkiLogId(spki);
}

/** Throws DerError when the key is none we know. ECDSA signatures are over SHA-256 of the text, as Rekor makes them. */
export function logVerifier(name: string, spki: Uint8Array): NoteVerifier {
  const key = readPublicKey(spki);
  return {
    name,
    keyId: noteKeyId(logIdOf(name, spki)),
    verify: (message, signature) => verifyMessage(key, 'SHA-256', message, signature),
  };
}
