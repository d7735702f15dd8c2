// Checks signatures, nothing else: the costliest step of reading a log, beside the thread that does all the rest.
// In: { id, key, digest, bytes, lengths }, message and signature by turns. Out: { id, good }, one byte a signature.
import { verify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ id, key, digest, bytes, lengths }) => {
  const good = new Uint8Array(lengths.length / 2);
  let at = 0;
  for (let job = 0; job < good.length; job++) {
    const middle = at + lengths[2 * job];
    const end = middle + lengths[2 * job + 1];
    good[job] = verify(digest, bytes.subarray(at, middle), key, bytes.subarray(middle, end)) ? 1 : 0;
    at = end;
  }
  parentPort?.postMessage({ id, good }, [good.buffer]);
});
