import { expect, it } from 'vitest';
import { errorAnswer } from '../http/error-answer.ts';
import { SequencerError, type LoggedEntry } from './entry.ts';
import { Pool } from './pool.ts';

const entry = (number: number) => {
  const bytes = new Uint8Array(32).fill(number);
  return { identity: bytes, record: bytes, leafHash: bytes };
};
const head = { size: 1n, root: new Uint8Array(32), checkpoint: '' };
const logged = (index: bigint): LoggedEntry => ({
  index,
  head,
  record: undefined,
  duplicate: false,
  prove: async () => [],
});

it('is bounded by what is not answered yet, and says so as 503 with Retry-After', async () => {
  const pool = new Pool(2);
  void pool.add(entry(1), 0);
  void pool.add(entry(2), 0);
  const [first] = pool.take(1);
  let refusal: unknown;
  try {
    await pool.add(entry(3), 0);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ code: 'busy' });
  expect(errorAnswer(refusal)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  // A repetition of what waits takes no room.
  const again = pool.add(entry(1), 0);
  if (first === undefined) throw new Error('nothing was taken');
  pool.resolve(first, logged(7n));
  expect((await again).index).toBe(7n);
  void pool.add(entry(3), 0);
});

it('answers everyone who waits for an entry: one made it, the others repeated it, also while it is sequenced', async () => {
  const pool = new Pool(10);
  const waiting = [pool.add(entry(1), 0), pool.add(entry(1), 0)];
  const [slot] = pool.take(10);
  const late = pool.add(entry(1), 0);
  expect(pool.empty).toBe(true);
  if (slot === undefined) throw new Error('nothing was taken');
  pool.resolve(slot, logged(3n));
  const answers = await Promise.all([...waiting, late]);
  expect(answers.map(({ index, duplicate }) => [index, duplicate])).toEqual([
    [3n, false],
    [3n, true],
    [3n, true],
  ]);
});

it('fails those who wait for one entry, and nobody else', async () => {
  const pool = new Pool(10);
  const bad = pool.add(entry(1), 0);
  const good = pool.add(entry(2), 0);
  const [first, second] = pool.take(10);
  if (first === undefined || second === undefined) throw new Error('two were added');
  pool.reject(first, new SequencerError('batch-failed', 'no'));
  pool.resolve(second, logged(0n));
  await expect(bad).rejects.toMatchObject({ code: 'batch-failed' });
  expect((await good).index).toBe(0n);
});

it('knows how long the oldest has waited, until it is answered', () => {
  const pool = new Pool(10);
  expect(pool.oldest).toBeUndefined();
  void pool.add(entry(1), 100);
  void pool.add(entry(2), 200);
  const [first] = pool.take(1);
  expect(pool.oldest).toBe(100);
  if (first !== undefined) pool.resolve(first, logged(0n));
  expect(pool.oldest).toBe(200);
});
