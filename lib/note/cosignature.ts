/**
 * Timestamped cosignatures, c2sp.org/tlog-cosignature, of the Ed25519 kind: a witness states that at a time this was the
 * largest consistent tree it knew of a log.
 *
 * struct { uint64 timestamp; opaque ed25519_signature[64]; } timestamped_signature
 */
import { verifyEd25519 } from '#crypto/ed25519.ts';
import { sha256 } from '#crypto/sha256.ts';
import { concat, readUint, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import type { NoteSigner, NoteVerifier } from './signed-note.ts';

const timeSize = 8;
const signatureSize = 64;
/** "MUST NOT exceed 2^63 - 1" */
const latestTime = (1n << 63n) - 1n;

export interface CosignatureKey {
  readonly name: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** SHA-256(name || 0x0A || 0x04 || key), cut to 4 bytes. */
export function cosignatureKeyId({ name, key }: CosignatureKey): Uint8Array {
  if (key.length !== 32) throw new RangeError('an Ed25519 key is 32 bytes');
  return sha256(concat(utf8(name), Uint8Array.of(0x0a, 0x04), key)).slice(0, 4);
}

/** The time stated, in seconds; undefined when these are not the bytes of a cosignature, or state none. */
export function cosignatureTime(signature: Uint8Array): bigint | undefined {
  if (signature.length !== timeSize + signatureSize) return undefined;
  const time = readUint(signature.subarray(0, timeSize));
  // Zero is how a cosigner says nothing about time; of a tree it says is the latest, that is nothing at all.
  return time === 0n || time > latestTime ? undefined : time;
}

/** Accepts cosignatures up to a time, in seconds ("verifiers MAY reject cosignatures with timestamps in the future"). */
export function cosignatureVerifier(cosigner: CosignatureKey, until: bigint): NoteVerifier {
  return {
    name: cosigner.name,
    keyId: cosignatureKeyId(cosigner),
    verify: (message, signature) => {
      const time = cosignatureTime(signature);
      if (time === undefined || time > until) return false;
      return verifyEd25519(cosigner.key, cosignedMessage(time, message), signature.subarray(timeSize));
    },
  };
}

/** Signs notes as a witness, at one time; `sign` is plain Ed25519 by the key named. */
export function cosignatureSigner(
  cosigner: CosignatureKey & { sign(message: Uint8Array): Uint8Array },
  time: bigint,
): NoteSigner {
  if (time <= 0n || time > latestTime) throw new RangeError('not a time a cosignature can state');
  return {
    name: cosigner.name,
    keyId: cosignatureKeyId(cosigner),
    sign: (message) => concat(uintBytes(time, timeSize), cosigner.sign(cosignedMessage(time, message))),
  };
}

function cosignedMessage(time: bigint, note: Uint8Array): Uint8Array {
  return concat(utf8(`cosignature/v1\ntime ${time}\n`), note);
}
