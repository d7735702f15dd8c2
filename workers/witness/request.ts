/**
 * The body of add-checkpoint, c2sp.org/tlog-witness: `old <size>`, at most 63 lines of proof, an empty line, and a
 * checkpoint. Read strictly: whatever is not exactly that is refused before anything is looked up.
 */
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { NoteError, parseNote } from '#lib/note/signed-note.ts';

export interface AddCheckpoint {
  readonly oldSize: bigint;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

const maxProofLines = 63;
const sizeForm = /^old (0|[1-9]\d{0,18})$/;

/** Undefined when the body is not one. */
export function readAddCheckpoint(body: Uint8Array): AddCheckpoint | undefined {
  const text = decoded(body);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || end === -1) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const [, size] = sizeForm.exec(first) ?? [];
  if (size === undefined || lines.length > maxProofLines) return undefined;
  const proof = lines.map((line) => fromBase64(line)).filter((hash) => hash?.length === 32);
  if (proof.length !== lines.length) return undefined;
  const note = text.slice(end + 2);
  const checkpoint = checkpointIn(note);
  return (
    checkpoint && { oldSize: BigInt(size), proof: proof.flatMap((hash) => hash ?? []), note, checkpoint }
  );
}

function checkpointIn(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (error instanceof NoteError) return undefined;
    throw error;
  }
}

function decoded(body: Uint8Array): string | undefined {
  try {
    return fromUtf8(body);
  } catch {
    return undefined;
  }
}
