import { expect, it } from 'vitest';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { newKey } from '#tests/harness/certificate-writing.ts';
import { readAtOnce } from './answers-at-once.ts';
import { SourceError } from './log-source.ts';
import { tileSource } from './tiles.ts';

const tooLarge = () => Promise.reject(new SourceError('too-large', 'much'));
const alone = (part: number) => Promise.resolve([part, part]);

it('gives what stands before an answer that is too large, and that one alone when it is the first', async () => {
  const read = (part: number) => (part === 3 ? tooLarge() : Promise.resolve([part]));
  expect(await readAtOnce([1, 2, 3, 4], read, alone)).toEqual([1, 2]);
  expect(await readAtOnce([3, 4], read, alone)).toEqual([3, 3]);
  await expect(readAtOnce([3], read, tooLarge)).rejects.toMatchObject({ code: 'too-large' });
});

it('fails with any other error', async () => {
  const gone = () => Promise.reject(new SourceError('not-found', 'gone'));
  await expect(
    readAtOnce([1, 2], (part) => (part === 2 ? gone() : alone(part)), alone),
  ).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('reads bundles of the largest entries there can be, in their order', async () => {
  const bundles = [10, 0xffff, 20, 0xffff].map((length, at) =>
    formatEntryBundle(Array.from({ length: 256 }, () => new Uint8Array(length).fill(at + 1))),
  );
  const source = tileSource(
    async (path, maxBytes) => {
      const bundle = bundles[Number(path.slice(-3))] ?? new Uint8Array(0);
      if (bundle.length > maxBytes) throw new SourceError('too-large', path);
      return bundle;
    },
    logVerifier('log.example', newKey('P-256').spki),
  );
  const found: (number | undefined)[] = [];
  while (found.length < 1024) {
    const entries = await source.entries(BigInt(found.length), 1024n, 1024n);
    found.push(...entries.map(({ leaf }) => leaf.at(-1)));
  }
  expect(found).toEqual(Array.from({ length: 1024 }, (_, at) => Math.floor(at / 256) + 1));
});
