/** Checkpoints, c2sp.org/tlog-checkpoint: the text of a signed note that states a log's size and root. */
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { NoteError } from './signed-note.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Further lines, opaque. */
  readonly extensions: readonly string[];
}

const sizeForm = /^(?:0|[1-9]\d{0,18})$/;
const maxSize = (1n << 63n) - 1n;

/**
 * Whether a log that signs as `name` states its own tree. Everyone signs as what they state, but for Rekor v1, which
 * signs as its host and states `<host> - <tree id>`.
 */
export function isOwnOrigin(name: string, origin: string): boolean {
  return origin === name || (origin.startsWith(`${name} - `) && /^\d+$/.test(origin.slice(name.length + 3)));
}

/** Reads the text of a note (SignedNote.text). Throws NoteError `malformed`. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('the last line does not end');
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '') throw malformed('no origin');
  if (!sizeForm.test(size) || BigInt(size) > maxSize) throw malformed('size is not a plain decimal number');
  const rootHash = fromBase64(root);
  if (rootHash?.length !== 32) throw malformed('root is not 32 bytes of base64');
  if (extensions.includes('')) throw malformed('an empty extension line');
  return { origin, size: BigInt(size), root: rootHash, extensions };
}

export function formatCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>): string {
  const { origin, size, root } = checkpoint;
  if (origin === '' || /[\n]/.test(origin) || size < 0n || root.length !== 32) {
    throw malformed('nothing a checkpoint can state');
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

function malformed(reason: string): NoteError {
  return new NoteError('malformed', `not a checkpoint: ${reason}`);
}
