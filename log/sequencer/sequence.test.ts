import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { concat, toHex, uintBytes } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { rekorBundle } from '../rekor/bundle.ts';
import type { Edge } from './head.ts';
import { sequence, signHead } from './sequence.ts';

const signer = { name: 'log.example', keyId: new Uint8Array(4), sign: (text: Uint8Array) => sha256(text) };
const naming = { origin: 'log.example', signers: [signer] };

function entryOf(number: number) {
  const record = concat(uintBytes(number, 4), new Uint8Array(number % 7));
  const hash = leafHash(record);
  return { identity: hash, record, leafHash: hash };
}

it('makes the same objects, root and proofs however the entries fall into batches', () => {
  const batches = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(batches, (sizes) => {
      const objects = new Map<string, Uint8Array>();
      const range = CompactRange.empty();
      let edge: Edge = { head: signHead(range, naming), range, bundleBytes: 0 };
      let next = 0;
      for (const count of sizes) {
        const first = next;
        const entries = Array.from({ length: count }, () => entryOf(next++));
        const batch = sequence(edge, entries, rekorBundle, naming);
        for (const { path, offset, bytes } of batch.writes) {
          const old = objects.get(path) ?? new Uint8Array(0);
          // Append-only: nothing that was published is written again.
          expect(offset).toBe(old.length);
          objects.set(path, concat(old, bytes));
        }
        const { size, root } = batch.after.head;
        for (const at of [0, count - 1]) {
          const index = BigInt(first + at);
          const proof = batch.prove(index);
          expect(verifyInclusion({ index, size, root, proof, leafHash: entryOf(first + at).leafHash })).toBe(
            true,
          );
        }
        edge = batch.after;
      }
      const all = Array.from({ length: next }, (_, at) => entryOf(at));
      const expected = CompactRange.empty();
      for (const entry of all) expected.append(entry.leafHash);
      const checkpoint = parseCheckpoint(parseNote(edge.head.checkpoint).text);
      expect([checkpoint.size, toHex(checkpoint.root)]).toEqual([BigInt(next), toHex(expected.root())]);
      for (let tile = 0; tile * 256 < next; tile++) {
        const inTile = all.slice(tile * 256, tile * 256 + 256);
        const name = String(tile).padStart(3, '0');
        expect(objects.get(`tile/0/${name}`)).toEqual(concat(...inTile.map((entry) => entry.leafHash)));
        const bundle = formatEntryBundle(inTile.map(({ record }) => record));
        expect(objects.get(`tile/entries/${name}`)).toEqual(bundle);
      }
    }),
    { numRuns: 25 },
  );
});
