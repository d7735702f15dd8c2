/**
 * ARROW 4, step 4: what was committed becomes readable; tiles and entry bundles first, then the checkpoint that speaks of
 * them. recover.ts writes the same tiles again, so everything here may be repeated. Before: commit.ts, next: settle.ts.
 */
import { utf8 } from '#lib/encoding/bytes.ts';
import type { PublishedObjects } from '../storage/objects.ts';
import type { SignedHead } from './head.ts';
import type { Write } from './sequence.ts';

export const checkpointPath = 'checkpoint';

export async function publish(
  objects: PublishedObjects,
  { writes, after }: { readonly writes: readonly Write[]; readonly after: SignedHead },
): Promise<void> {
  await writeTiles(objects, writes);
  await objects.replace(checkpointPath, utf8(after.checkpoint));
}

/** Tiles and bundles alone: they only grow, so what was written before may be written again. */
export async function writeTiles(objects: PublishedObjects, writes: readonly Write[]): Promise<void> {
  await Promise.all(writes.map(({ path, offset, bytes }) => objects.extend(path, offset, bytes)));
}
