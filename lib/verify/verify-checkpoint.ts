/**
 * The checkpoint of an inclusion proof: a signed note (c2sp.org/tlog-checkpoint) that must be by the very log the entry
 * names. Rekor v2 calls itself by its host name; Rekor v1 signs as its host and writes `<host> - <tree id>` as origin.
 */
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { NoteError, openNote, parseNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import type { TrustedLog } from '#lib/trust/trusted-root.ts';
import { VerificationFailure, type FailureCode } from './verification.ts';

export function verifyCheckpoint(note: string, log: TrustedLog): Checkpoint {
  const names = namesOf(log);
  try {
    // Read first: that a line is missing says more than that the signature over the rest is bad.
    const checkpoint = parseCheckpoint(parseNote(note).text);
    openNote(note, names.map(verifierFor(log)));
    if (!names.some((name) => isOriginOf(name, checkpoint.origin))) {
      throw new VerificationFailure('checkpoint-of-another-tree', 'the checkpoint is of another log');
    }
    return checkpoint;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new VerificationFailure(failureCodes[error.code], `checkpoint: ${error.message}`, { cause: error });
  }
}

const failureCodes: Readonly<Record<NoteError['code'], FailureCode>> = {
  malformed: 'checkpoint-malformed',
  'no-known-signature': 'checkpoint-unsigned',
  'bad-signature': 'checkpoint-signature-invalid',
};

/** The base URL without its scheme, and its host name alone: the same but for a port or a path. */
function namesOf(log: TrustedLog): string[] {
  return [...new Set([log.origin, new URL(log.baseUrl).hostname])];
}

function verifierFor(log: TrustedLog): (name: string) => NoteVerifier {
  const key = readPublicKey(log.publicKey);
  return (name) => ({
    name,
    // The trusted root states the id and its reader has proven it, so a note cannot choose its own.
    keyId: log.logId.subarray(0, 4),
    verify: (message, signature) => verifyMessage(key, 'SHA-256', message, signature),
  });
}

function isOriginOf(name: string, origin: string): boolean {
  return origin === name || (origin.startsWith(`${name} - `) && /^\d+$/.test(origin.slice(name.length + 3)));
}
