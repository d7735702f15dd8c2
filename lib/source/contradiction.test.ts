import { describe, expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { findContradictingPath, judgeContradiction } from './contradiction.ts';

type Leaves = readonly Uint8Array[];
const leavesOf = (count: number, changed?: number): Leaves =>
  Array.from({ length: count }, (_, at) => utf8(at === changed ? `other ${at}` : `leaf ${at}`));

function headOf(leaves: Leaves, at?: Date) {
  const range = CompactRange.empty();
  for (const leaf of leaves) range.append(leafHash(leaf));
  return { size: range.size, root: range.root(), at };
}

/** PROOF and SUBPROOF of RFC 6962 §2.1.2, word for word. */
function subproof(m: number, leaves: Leaves, isWhole: boolean): Uint8Array[] {
  if (m === leaves.length) return isWhole ? [] : [headOf(leaves).root];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...subproof(m, left, isWhole), headOf(right).root]
    : [...subproof(m - k, right, false), headOf(left).root];
}

const serving = (leaves: Leaves) => ({
  consistency: async (first: bigint, second: bigint) =>
    subproof(Number(first), leaves.slice(0, Number(second)), true),
  entries: async (from: bigint, to: bigint) =>
    leaves.slice(Number(from), Number(to)).map((leaf) => ({ leaf, extraData: utf8('') })),
});

describe('two statements of one log', () => {
  it('contradict each other when the larger tree does not begin with the smaller, whatever the sizes', async () => {
    for (let large = 2; large <= 18; large++)
      for (let small = 1; small < large; small++) {
        const source = serving(leavesOf(large));
        const [before, after] = [headOf(leavesOf(small, small - 1)), headOf(leavesOf(large))];
        const path = await findContradictingPath(source, before, after);
        expect(path, `${small} of ${large}`).toBeDefined();
        expect(judgeContradiction(before, after, path ?? []).outcome, `${small} of ${large}`).toBe('proved');
        expect(judgeContradiction(after, before, path ?? []).outcome).toBe('proved');
        // Of honest statements there is no such path, and the one there is convicts nobody.
        const honest = headOf(leavesOf(small));
        expect(await findContradictingPath(source, honest, after)).toBeUndefined();
        expect(judgeContradiction(honest, after, path ?? []).outcome).toBe('refuted');
      }
  });

  it('are not convicted by a path that leads elsewhere, is cut, or is made up', async () => {
    const [before, after] = [headOf(leavesOf(5, 2)), headOf(leavesOf(11))];
    const path = (await findContradictingPath(serving(leavesOf(11)), before, after)) ?? [];
    const [seed = utf8(''), ...rest] = path;
    const not: Leaves[] = [[], rest, path.slice(0, -1), [...path, seed], [nodeHash(seed, seed), ...rest]];
    for (const wrong of not) expect(judgeContradiction(before, after, wrong).outcome).toBe('refuted');
  });

  it('of one size contradict each other by themselves', () => {
    const [before, after] = [headOf(leavesOf(5)), headOf(leavesOf(5, 4))];
    expect(judgeContradiction(before, after, [])).toEqual({
      outcome: 'proved',
      words: 'it signed two different trees of 5 entries',
    });
    expect(judgeContradiction(before, before, []).outcome).toBe('refuted');
  });

  it('show a way back only by their times', () => {
    const [early, late] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:01Z')];
    const back = (first?: Date, then?: Date) =>
      judgeContradiction(headOf(leavesOf(5), first), headOf(leavesOf(2), then), []);
    expect(back(early, late)).toEqual({
      outcome: 'proved',
      words:
        'it stated 2 entries at 2026-01-01T00:00:01.000Z, after it had stated 5 at 2026-01-01T00:00:00.000Z',
    });
    for (const [first, then] of [[late, early], [early, early], [undefined, late], [early]])
      expect(back(first, then).outcome).toBe('refuted');
    expect(judgeContradiction(headOf(leavesOf(2), late), headOf(leavesOf(5), early), []).outcome).toBe(
      'refuted',
    );
  });
});
