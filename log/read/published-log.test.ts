import { expect, it } from 'vitest';
import { rekorBundle } from '../rekor/bundle.ts';
import type { PublishedObjects } from '../storage/objects.ts';
import { PublishedLog } from './published-log.ts';

const never = async (): Promise<never> => Promise.reject(new Error('nobody writes here'));
const leaves = Array.from({ length: 300 }, (_, at) => Uint8Array.of(at % 256, 7));
const framed = (from: number, to: number): Uint8Array =>
  Uint8Array.from(leaves.slice(from, to).flatMap((leaf) => [...rekorBundle.frame(leaf)]));
const stored: Readonly<Record<string, Uint8Array>> = {
  'tile/0/000': new Uint8Array(256 * 32),
  'tile/0/001': new Uint8Array(44 * 32),
  'tile/entries/000': framed(0, 256),
  'tile/entries/001': framed(256, 300),
};

function logThatReads(read: (path: string) => Uint8Array | undefined): PublishedLog {
  const objects: PublishedObjects = {
    read: async (path) => read(path),
    extend: never,
    replace: never,
    flush: never,
  };
  return new PublishedLog(objects, rekorBundle, { size: 300n, root: new Uint8Array(32), checkpoint: '' }, 0);
}

const whole = [
  { level: 0, index: 0n, width: 256 },
  { level: 0, index: 1n, width: 44 },
  { level: 'entries', index: 0n, width: 256 },
  { level: 'entries', index: 1n, width: 44 },
] as const;

it.each(whole)(
  'gives $level/$index whole or not at all, once it was cut off where it is stored',
  async (id) => {
    expect(await logThatReads((path) => stored[path]).tile(id)).toBeDefined();
    for (const missing of [1, 40, 10_000]) {
      const log = logThatReads((path) => stored[path]?.subarray(0, -missing));
      await expect(log.tile(id)).rejects.toMatchObject({ code: 'unavailable' });
      if (id.level === 'entries')
        await expect(log.records(id.index * 256n, id.index * 256n + 1n)).rejects.toMatchObject({
          code: 'unavailable',
        });
    }
  },
);
