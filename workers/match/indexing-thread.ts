/** A thread that reads batches, one after the other: see indexing-threads.ts, which asks it. */
import { parentPort } from 'node:worker_threads';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { Authorities } from './authorities.ts';
import { indexBatch } from './index-batch.ts';
import { indexedBuffers } from './indexed-batch.ts';
import { trustedOf, type SentBatch } from './sent-batch.ts';

let trusted: readonly TrustedAuthority[] = [];
let last: Promise<void> = Promise.resolve();

// In the order they were asked: that is how answers are told apart.
parentPort?.on('message', (sent: SentBatch) => {
  last = last.then(() => answer(sent));
});

async function answer({ batch, authorities }: SentBatch): Promise<void> {
  if (authorities !== undefined) trusted = trustedOf(authorities);
  const indexed = await indexBatch(batch, Authorities.of(trusted));
  parentPort?.postMessage(indexed, indexedBuffers(indexed));
}
