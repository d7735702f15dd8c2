/**
 * ARROW 4, step 2: everything a batch will write, as one durable object, before the commit. If we crash behind the commit
 * point, recover.ts finds here what publish.ts had not finished. Before: sequence.ts, next: commit.ts.
 *
 * struct { opaque magic[24]; HeadRef before, after; opaque checkpoint<0..2^24-1>; uint24 writes;
 *          struct { opaque path<0..2^16-1>; uint32 offset; uint32 length; opaque bytes[length] } write[writes];
 *          opaque sha256[32]; } StagedBatch       struct { uint64 size; opaque root[32]; } HeadRef
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, equal, fromUtf8, toHex, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { TlsReader, vector } from '#lib/encoding/tls-presentation.ts';
import type { StagedObjects } from '../storage/objects.ts';
import type { SignedHead } from './head.ts';
import type { Batch, Write } from './sequence.ts';

export interface StagedBatch {
  readonly before: Omit<SignedHead, 'checkpoint'>;
  readonly after: SignedHead;
  readonly writes: readonly Write[];
}

const magic = utf8('sigwatch staged batch 1\n');

export async function stage(staged: StagedObjects, batch: Batch): Promise<string> {
  const content: StagedBatch = { before: batch.before, after: batch.after.head, writes: batch.writes };
  const name = stagedName(content);
  await staged.put(name, formatStaged(content));
  return name;
}

/** Two batches on one head differ in their root, so a batch that was given up is never overwritten by its successor. */
export function stagedName({ before, after }: Pick<StagedBatch, 'before' | 'after'>): string {
  return `${before.size}-${after.size}-${toHex(after.root)}`;
}

export function formatStaged({ before, after, writes }: StagedBatch): Uint8Array {
  const parts = [
    magic,
    uintBytes(before.size, 8),
    before.root,
    uintBytes(after.size, 8),
    after.root,
    vector(3, utf8(after.checkpoint)),
    uintBytes(writes.length, 3),
  ];
  for (const { path, offset, bytes } of writes) {
    parts.push(vector(2, utf8(path)), uintBytes(offset, 4), uintBytes(bytes.length, 4), bytes);
  }
  const content = concat(...parts);
  return concat(content, sha256(content));
}

/** Undefined when the object is not whole: a put that was cut off, hence nothing that was ever committed. */
export function parseStaged(bytes: Uint8Array): StagedBatch | undefined {
  const content = bytes.subarray(0, -32);
  if (bytes.length < magic.length + 32 || !equal(sha256(content), bytes.subarray(-32))) return undefined;
  const reader = new TlsReader(content);
  if (!equal(reader.opaque(magic.length), magic)) return undefined;
  const before = { size: reader.uint(8), root: reader.opaque(32) };
  const size = reader.uint(8);
  const root = reader.opaque(32);
  const checkpoint = fromUtf8(reader.vector(3));
  const count = Number(reader.uint(3));
  const writes = Array.from({ length: count }, () => readWrite(reader));
  reader.end();
  return { before, after: { size, root, checkpoint }, writes };
}

function readWrite(reader: TlsReader): Write {
  const path = fromUtf8(reader.vector(2));
  const offset = Number(reader.uint(4));
  return { path, offset, bytes: reader.opaque(Number(reader.uint(4))) };
}
