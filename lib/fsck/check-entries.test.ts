import { expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { LogSource } from '#lib/source/log-source.ts';
import { checkEntries } from './check-entries.ts';
import type { CheckState } from './check-tiles.ts';

const size = 1500n;
const logged = Array.from({ length: Number(size) }, (_, at) => utf8(`entry ${at}`));
const nodes = new Map<string, Uint8Array>();
const tree = CompactRange.empty();
for (const entry of logged) {
  tree.append(leafHash(entry), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
}
const head = { size, root: tree.root() };

/** A log whose tree is right, and that serves these entries, at most 100 an answer. */
function source(entries: readonly Uint8Array[]): LogSource {
  const read = async (ids: readonly { level: number; index: bigint }[]) =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
  return {
    head: async () => '',
    open: () => {
      throw new Error('not asked for');
    },
    entries: async (from, to) =>
      entries
        .slice(Number(from), Math.min(Number(to), Number(from) + 100))
        .map((leaf) => ({ leaf, extraData: new Uint8Array(0) })),
    consistency: (first, second) => proveConsistency(read, first, second),
  };
}

it('passes a log whose entries make its root', async () => {
  await checkEntries(source(logged), head, { parallel: 3 });
});

it.each([1, 2, 255, 256, 257, 1023, 1498, 1499])(
  'names entry %i when it is another than was logged',
  async (at) => {
    const entries = logged.map((entry, index) => (index === at ? utf8('another') : entry));
    await expect(checkEntries(source(entries), head, { parallel: 3 })).rejects.toMatchObject({
      fault: { artefact: 'entry', index: BigInt(at) },
    });
  },
);

it('names the first of two', async () => {
  const entries = logged.map((entry, index) => (index === 300 || index === 900 ? utf8('x') : entry));
  await expect(checkEntries(source(entries), head, { parallel: 3 })).rejects.toMatchObject({
    fault: { artefact: 'entry', index: 300n },
  });
});

it('blames the tree head when nothing leads to its root', async () => {
  const wrong = { size, root: leafHash(utf8('another root')) };
  await expect(checkEntries(source(logged), wrong, { parallel: 3 })).rejects.toMatchObject({
    fault: { artefact: 'checkpoint', problem: 'root' },
  });
});

it('resumes from where an earlier check stopped', async () => {
  const states: CheckState[] = [];
  await checkEntries(source(logged), head, {
    parallel: 3,
    onProgress: (_, state) => void states.push(state()),
  });
  const [, resume] = states;
  expect(resume?.done).toBe(512n);
  // What is in front is not read again: with nothing there the check still passes.
  const rest = logged.map((entry, at) => (at < 512 ? utf8('') : entry));
  await checkEntries(source(rest), head, { parallel: 3, resume });
  await expect(checkEntries(source(rest), head, { parallel: 3 })).rejects.toThrow();
});
