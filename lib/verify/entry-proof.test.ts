import { expect, it } from 'vitest';
import { equal, utf8 } from '#lib/encoding/bytes.ts';
import type { ReadHashes } from '#lib/merkle/proof-path.ts';
import { proveInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { SourceError } from '#lib/source/log-source.ts';
import { auditTrail } from './audit-trail.ts';
import { proveEntry, type ProofSource } from './entry-proof.ts';

const leaves = Array.from({ length: 11 }, (_, at) => utf8(`entry ${at}`));
const hashes = leaves.map(leafHash);

/** MTH over hashes [start, end), straight from RFC 6962 §2.1. */
function treeHash(start: number, end: number): Uint8Array {
  if (end - start === 1) return hashes[start] ?? new Uint8Array();
  let split = 1;
  while (split * 2 < end - start) split *= 2;
  return nodeHash(treeHash(start, start + split), treeHash(start + split, end));
}

const read: ReadHashes = async (nodes) =>
  nodes.map(({ level, index }) => treeHash(Number(index) << level, (Number(index) + 1) << level));

const honest: ProofSource = {
  open: (head) => ({ size: BigInt(head), root: treeHash(0, Number(head)), at: undefined, evidence: head }),
  entries: async (from) => [{ leaf: leaves[Number(from)] ?? new Uint8Array(), extraData: new Uint8Array() }],
  inclusion: (index, size) => proveInclusion(read, index, size),
};

const claim = { index: 4n, head: '11', leafHash: leafHash(utf8('entry 4')) };

it('every step of a trail joins two hashes and the last one is the root, for each entry of each size', async () => {
  for (let size = 1; size <= leaves.length; size++) {
    for (let index = 0; index < size; index++) {
      const proof = await proveInclusion(read, BigInt(index), BigInt(size));
      const own = hashes[index] ?? new Uint8Array();
      const steps = auditTrail({ index: BigInt(index), size: BigInt(size), leafHash: own, proof });
      const beside = (side: string) =>
        steps.reduce((sum, step) => sum + (step.siblingSide === side ? step.siblingCovers : 0n), 0n);
      expect([beside('left'), beside('right')]).toEqual([BigInt(index), BigInt(size - index - 1)]);
      expect(equal(steps.at(-1)?.parent ?? own, treeHash(0, size)), `${index} of ${size}`).toBe(true);
    }
  }
});

it('proves an entry from the bytes the log serves', async () => {
  const proof = await proveEntry(honest, claim);
  expect(proof.outcome).toBe('proved');
});

it.each([
  [
    'head',
    {
      open: () => {
        throw new SourceError('bad-signature', 'no');
      },
    },
  ],
  ['leaf', { entries: async () => [{ leaf: utf8('another'), extraData: new Uint8Array() }] }],
  ['path', { inclusion: async () => [hashes[0] ?? new Uint8Array()] }],
] satisfies [string, Partial<ProofSource>][])(
  'says that the log contradicts itself when its %s is wrong',
  async (what, lie) => {
    expect(await proveEntry({ ...honest, ...lie }, claim)).toMatchObject({ outcome: 'contradicted', what });
  },
);

it('claims nothing when the log does not answer, or the head is older than the entry', async () => {
  const silent = {
    ...honest,
    entries: async () => {
      throw new SourceError('unreachable', 'no answer');
    },
  };
  expect((await proveEntry(silent, claim)).outcome).toBe('not-checked');
  expect((await proveEntry(honest, { ...claim, head: '4' })).outcome).toBe('not-covered');
});
