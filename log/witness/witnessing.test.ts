import { expect, it } from 'vitest';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import type { SignedHead } from '../sequencer/head.ts';
import type { Gathered, Gatherer } from './gather.ts';
import { WitnessRounds } from './witnessing.ts';

it('asks witnesses again about a head that does not change, a minute after they cosigned it, and no sooner', async () => {
  let now = 0;
  const asked: number[] = [];
  const gather = async (head: SignedHead): Promise<Gathered> => {
    asked.push(now);
    return { head, isQuorum: true, cosigned: 1, failures: [] };
  };
  const rounds = new WitnessRounds({
    gatherer: { gather } as unknown as Gatherer,
    mode: 'async',
    budgetMs: 1,
    onRound: () => undefined,
    now: () => now,
  });
  const head = { size: 1n, root: emptyRoot, checkpoint: 'note' };
  await rounds.cover(head);
  for (now = 1_000; now <= 130_000; now += 2_000) {
    rounds.refresh(head);
    await new Promise(setImmediate);
  }
  await rounds.close();
  expect(asked).toEqual([0, 61_000, 123_000]);
});
