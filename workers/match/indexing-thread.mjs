// Node 20 does not hand the loader of the process on to its threads.
import { register } from 'tsx/esm/api';

register();
await import('./indexing-thread.ts');
