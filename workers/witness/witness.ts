/**
 * A witness: cosigns what a log says of itself once it is proven to continue what the log said before, c2sp.org/
 * tlog-witness. Its memory is one checkpoint a log; a cosignature leaves only after that memory has moved.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import type { Checkpoint } from '#lib/note/checkpoint.ts';
import { cosignatureSigner, type CosignatureKey } from '#lib/note/cosignature.ts';
import {
  formatNote,
  NoteError,
  openNote,
  parseNote,
  signNote,
  type NoteSignature,
  type NoteVerifier,
} from '#lib/note/signed-note.ts';
import { readAddCheckpoint, type AddCheckpoint } from './request.ts';

export interface WitnessedLog {
  readonly verifiers: readonly NoteVerifier[];
  /** RFC 6962 tree heads have no room for extension lines, so a checkpoint of such a log has none. */
  readonly allowsExtensions: boolean;
}

export interface Witnessed {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly note: string;
}

/** Where the latest cosigned checkpoint of each log is kept. */
export interface WitnessMemory {
  latest(origin: string): Promise<Witnessed | undefined>;
  /**
   * Moves from `before` to `after`, durably, or does nothing and says false when `before` is not the latest any more.
   * `before` is undefined for a log never cosigned.
   */
  advance(origin: string, before: Witnessed | undefined, after: Witnessed): Promise<boolean>;
  /** Two signed notes that no honest log signs both. */
  keepConflict(origin: string, known: Witnessed, other: Witnessed): Promise<void>;
}

export type Verdict =
  | { readonly kind: 'cosigned'; readonly signatures: string }
  | { readonly kind: 'malformed' | 'unknown-origin' | 'untrusted' | 'inconsistent'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly size: bigint };

export interface Witness {
  readonly signer: CosignatureKey & { sign(message: Uint8Array): Uint8Array };
  readonly logs: ReadonlyMap<string, WitnessedLog>;
  readonly memory: WitnessMemory;
  /** Seconds since the epoch. */
  now(): bigint;
}

export async function addCheckpoint(witness: Witness, body: Uint8Array): Promise<Verdict> {
  const request = readAddCheckpoint(body);
  if (request === undefined) return { kind: 'malformed', reason: 'not an add-checkpoint request' };
  const { checkpoint, oldSize } = request;
  const log = witness.logs.get(checkpoint.origin);
  if (log === undefined) return { kind: 'unknown-origin', reason: 'no log of that name is witnessed here' };
  const signatures = trustedSignatures(request.note, log.verifiers);
  if (signatures === undefined)
    return { kind: 'untrusted', reason: 'no good signature by the key of that log' };
  if (checkpoint.extensions.length > 0 && !log.allowsExtensions) {
    return { kind: 'malformed', reason: 'a checkpoint of that log has no extension lines' };
  }
  if (oldSize > checkpoint.size) return { kind: 'malformed', reason: 'the old size is above the new one' };
  const latest = await witness.memory.latest(checkpoint.origin);
  if (oldSize !== (latest?.size ?? 0n)) return { kind: 'conflict', size: latest?.size ?? 0n };
  if (!continues(request, latest)) {
    await keepEvidence(witness.memory, checkpoint, latest, request.note);
    return { kind: 'inconsistent', reason: 'the tree is not proven to continue the one cosigned before' };
  }
  return cosign(witness, request, signatures, latest);
}

/** Only what the log's own keys vouch for is kept: others may have signed with our name and nonsense. */
function trustedSignatures(note: string, verifiers: readonly NoteVerifier[]): NoteSignature[] | undefined {
  try {
    const { signatures, verifiedBy } = openNote(note, verifiers);
    return signatures.filter(({ name, keyId }) =>
      verifiedBy.some((verifier) => verifier.name === name && equal(verifier.keyId, keyId)),
    );
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function continues({ checkpoint, proof }: AddCheckpoint, latest: Witnessed | undefined): boolean {
  const { size, root } = checkpoint;
  if (size === 0n && !equal(root, emptyRoot)) return false;
  // "The proof MUST be empty if the old size is zero": every tree continues the empty one.
  if (latest === undefined || latest.size === 0n) return proof.length === 0;
  return verifyConsistency({
    oldSize: latest.size,
    oldRoot: latest.root,
    newSize: size,
    newRoot: root,
    proof,
  });
}

async function keepEvidence(
  memory: WitnessMemory,
  { origin, size, root }: Checkpoint,
  latest: Witnessed | undefined,
  note: string,
): Promise<void> {
  // Two roots of one size need no proof to contradict each other.
  if (latest?.size === size && !equal(latest.root, root)) {
    await memory.keepConflict(origin, latest, { size, root, note });
  }
}

async function cosign(
  { signer, memory, now }: Witness,
  { checkpoint, note }: AddCheckpoint,
  signatures: readonly NoteSignature[],
  latest: Witnessed | undefined,
): Promise<Verdict> {
  const { origin, size, root } = checkpoint;
  const { text } = parseNote(note);
  const signed = signNote(text, [cosignatureSigner(signer, now())]);
  const line = signed.slice(text.length + 1);
  const stored = formatNote({ text, signatures }) + line;
  if (await memory.advance(origin, latest, { size, root, note: stored })) {
    return { kind: 'cosigned', signatures: line };
  }
  // Another request was faster. What it stored is what the next one must build on.
  return { kind: 'conflict', size: (await memory.latest(origin))?.size ?? 0n };
}
