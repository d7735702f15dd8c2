/** A thread that reads batches, one after the other: see indexing-threads.ts, which asks it. */
import { parentPort } from 'node:worker_threads';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { Authorities } from './authorities.ts';
import { indexBatch } from './index-batch.ts';
import { unpackAuthorities, unpackBatch, type PackedBatch } from './packed-batch.ts';

let trusted: readonly TrustedAuthority[] = [];
let last: Promise<void> = Promise.resolve();

// In the order they were asked: that is how answers are told apart.
parentPort?.on('message', (packed: PackedBatch) => {
  last = last.then(() => answer(packed));
});

async function answer(packed: PackedBatch): Promise<void> {
  if (packed.authorities !== undefined) trusted = unpackAuthorities(packed.authorities);
  const indexed = await indexBatch(unpackBatch(packed), Authorities.of(trusted));
  const owned = [indexed.entryRows, indexed.identityRows, indexed.digests, indexed.prints];
  const buffers = owned.flatMap((bytes) => (bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]));
  parentPort?.postMessage(indexed, buffers);
}
