// Every call that the sequencer makes to storage and database fails, in every way, once and twice, at every size around a
// full tile; and every two calls in a row. After each: progress or a stop that recovers, a clean fsck, nothing
// acknowledged lost, every checkpoint that was ever shown true of the log as it is.
import { describe, expect, it } from 'vitest';
import { faultKinds, type FaultKind } from '#tests/harness/faults.ts';
import { TriedLog } from '#tests/harness/tried-log.ts';

const steps = [
  ...['read', 'create', 'find', 'commit'].map((name) => `head.${name}`),
  ...['read', 'extend', 'replace', 'flush'].map((name) => `objects.${name}`),
  ...['put', 'list', 'read', 'drop'].map((name) => `staged.${name}`),
];

/** Batches on both sides of a full tile, an end without a goodbye, and one with. */
async function live(log: TriedLog, batch: number): Promise<void> {
  await log.submit(2);
  await log.submit(batch);
  log.kill();
  await log.submit(1);
  await log.close();
  await log.submit(1);
}

describe.each([255, 256, 257])('a batch of %i entries', (batch) => {
  const cases = steps.flatMap((step) => faultKinds.map((kind) => ({ step, kind })));
  it.each(cases)(
    '$step, $kind, once and twice: nothing is lost, nothing is forked',
    async ({ step, kind }) => {
      // The first, second and third such call; beside a full tile the first alone, which is the one that touches it.
      const skips = batch === 256 ? [0, 1, 2] : [0];
      for (const [skip, times] of skips.flatMap((skip) => [1, 2].map((times) => [skip, times] as const))) {
        const log = new TriedLog();
        let seen = 0;
        log.faults.plan = (_, at) => {
          if (at !== step) return undefined;
          const now = seen++;
          return now >= skip && now < skip + times ? kind : undefined;
        };
        await live(log, batch);
        await log.check();
      }
    },
  );
});

/**
 * Two lives in which every pair of neighbouring calls is tried: the first of a log, and one across the end of a full tile.
 * Both are short in entries, since a life is lived thousands of times.
 */
const almostFull = new TriedLog();
await almostFull.submit(253);
await almostFull.close();

interface Life {
  readonly begun: TriedLog | undefined;
  live(log: TriedLog): Promise<void>;
}

const lives: Record<string, Life> = {
  'a log that begins': {
    begun: undefined,
    live: async (log) => {
      await log.submit(2);
      log.kill();
      await log.submit(1);
    },
  },
  'a log that fills a tile': {
    begun: almostFull,
    live: async (log) => {
      await log.submit(6);
      log.kill();
      await log.submit(1);
      await log.close();
      await log.submit(1);
    },
  },
};

async function countCalls(life: Life): Promise<string[]> {
  const log = new TriedLog({}, life.begun);
  await life.live(log);
  return log.faults.calls.slice();
}

const callsOf = new Map<string, readonly string[]>();
for (const [name, one] of Object.entries(lives)) callsOf.set(name, await countCalls(one));

it('goes through every call that the parts have', () => {
  expect(new Set([...callsOf.values()].flat())).toEqual(new Set(steps));
});

describe.each(Object.entries(lives))('%s: two faults in a row', (name, life) => {
  const calls = callsOf.get(name) ?? [];
  const pairs = faultKinds.flatMap((first) => faultKinds.map((second) => [first, second] as const));
  it.each(pairs)('%s, then %s: at every call of its life', async (first, second) => {
    for (let at = 0; at < calls.length; at++) {
      const log = new TriedLog({}, life.begun);
      const plan: Record<number, FaultKind> = { [at]: first, [at + 1]: second };
      log.faults.plan = (call) => plan[call];
      await life.live(log);
      await log.check().catch((cause: unknown) => {
        throw new Error(
          `${first} at call ${at}, then ${second}: ${log.faults.calls.slice(at, at + 2).join()}`,
          { cause },
        );
      });
    }
  });

  it('and a loss of power between any two calls takes nothing that was acknowledged', async () => {
    for (let at = 0; at < calls.length; at++) {
      const log = new TriedLog({}, life.begun);
      let isDark = false;
      log.faults.plan = (call) => {
        if (call !== at || isDark) return undefined;
        isDark = true;
        log.objects.losePower();
        return 'hang';
      };
      await life.live(log);
      await log.check();
    }
  });
});

it('closes when it is closed in the moment of an answer', async () => {
  const log = new TriedLog();
  await log.submit(3);
  const sequencer = log.abandon();
  const hash = new Uint8Array(32).fill(7);
  await sequencer.add({ identity: hash, leafHash: hash, record: new Uint8Array(9) });
  await sequencer.close();
  await expect(log.submitTo(sequencer, 1)).rejects.toMatchObject({ code: 'stopped' });
});

describe('a checkpoint that a loss of power cut off', () => {
  const cutOff = async (log: TriedLog): Promise<void> => {
    const note = await log.objects.read('checkpoint');
    await log.objects.replace('checkpoint', (note ?? new Uint8Array(0)).subarray(0, 40));
  };

  it('is written again while the batch that wrote it is still staged', async () => {
    const log = new TriedLog();
    await log.submit(3);
    log.kill();
    await cutOff(log);
    await log.check();
  });

  it('is not taken for a loss of power when nothing is staged: the log does not start', async () => {
    const log = new TriedLog();
    await log.submit(3);
    await log.close();
    await cutOff(log);
    await expect(log.check()).rejects.toThrow('it does not start again');
  });
});

it('goes over a full tile of the second level, with a fault at each step of it', async () => {
  const log = new TriedLog();
  for (let size = 0; size < 65_280; size += 1020) await log.submit(1020);
  const planned = async (step: string, kind: FaultKind, count: number): Promise<void> => {
    let done = false;
    log.faults.plan = (_, at) => {
      if (done || at !== step) return undefined;
      done = true;
      return kind;
    };
    await log.submit(count);
  };
  await planned('objects.extend', 'torn', 254);
  await planned('head.commit', 'persisted', 1);
  await planned('objects.extend', 'error', 1);
  await planned('objects.replace', 'hang', 1);
  await planned('staged.put', 'torn', 257);
  await log.check();
}, 120_000);
