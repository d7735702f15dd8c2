// As one file it takes half the memory and begins at once. Else tsx reads it, in a loader of this thread's own: Node 20 does
// not hand the one of the process on.
import { pathToFileURL } from 'node:url';
import { oneFile } from '../../lib/server/one-file.mjs';

const file = await oneFile({ name: 'indexing-thread', entry: 'workers/match/indexing-thread.ts' });
if (file === undefined) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./indexing-thread.ts');
} else {
  await import(pathToFileURL(file).href);
}
