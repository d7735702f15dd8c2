import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { oneFile } from './one-file.mjs';

const thread = { name: 'indexing-thread', entry: 'workers/match/indexing-thread.ts' };

it('makes the thread that reads entries one file, once, that looks for nothing beside its own place', async () => {
  const made = (await oneFile(thread)) ?? '';
  const { mtimeMs } = statSync(made);
  expect(await oneFile(thread)).toBe(made);
  expect(statSync(made).mtimeMs).toBe(mtimeMs);
  expect(readFileSync(made, 'utf8')).not.toContain('prisma/sql');
});

it('leaves the slow way to who asks for what cannot be made', async () => {
  expect(await oneFile({ name: 'nothing', entry: 'lib/server/no-such-file.ts' })).toBeUndefined();
});
