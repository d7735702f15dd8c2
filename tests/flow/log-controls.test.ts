// Bugs that real logs had, or that ours would have if one of its rules were left out, each planted in a log that is then
// put through the harness of the fault tests. If one of them passes unseen, the zeros of those tests mean nothing.
import { describe, expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { rekorBundle } from '#log/rekor/bundle.ts';
import type { HeadStore, KnownEntry, SignedHead } from '#log/sequencer/head.ts';
import type { PublishedObjects, StagedObjects } from '#log/storage/objects.ts';
import type { FaultKind } from '#tests/harness/faults.ts';
import { MemoryHead, type HeadRow } from '#tests/harness/memory-log.ts';
import { TriedLog, Violation, type Planted } from '#tests/harness/tried-log.ts';

/** Batches on both sides of a full tile, an end without a goodbye, and one with. */
async function live(log: TriedLog): Promise<void> {
  await log.submit(2);
  await log.submit(256);
  log.kill();
  await log.submit(1);
  await log.close();
  await log.submit(1);
}

/** The nth call of a step fails. */
function failAt(log: TriedLog, step: string, nth: number, kind: FaultKind): void {
  let seen = 0;
  log.faults.plan = (_, at) => (at === step && ++seen === nth ? kind : undefined);
}

/** The object with some of its methods replaced. */
function altered<T extends object>(target: T, changes: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(name in changes ? changes : target, name);
      return typeof value === 'function' && !(name in changes) ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Says yes, and writes it at the next occasion. */
class HastyHead extends MemoryHead {
  private late: (() => void) | undefined;

  override async commit(
    before: SignedHead,
    after: SignedHead,
    entries: readonly KnownEntry[],
  ): Promise<void> {
    this.late?.();
    this.late = () => this.write(before, after, entries);
  }
}

/** Reads, compares, and writes in a second statement, without a lock. */
class ForkingHead extends MemoryHead {
  private readonly shared: HeadRow;

  constructor(row: HeadRow) {
    row.holder = undefined;
    super(row);
    this.shared = row;
  }

  override async commit(
    before: SignedHead,
    after: SignedHead,
    entries: readonly KnownEntry[],
  ): Promise<void> {
    await new Promise(setImmediate);
    this.shared.holder = this;
    this.write(before, after, entries);
  }
}

/** Finds entries by less than their whole identity. */
class TruncatingHead extends MemoryHead {
  private readonly shared: HeadRow;

  constructor(row: HeadRow) {
    super(row);
    this.shared = row;
  }

  override async find(identities: readonly Uint8Array[]): Promise<Map<number, bigint>> {
    const short = new Map([...this.shared.known].map(([identity, index]) => [identity.slice(0, 2), index]));
    return new Map(
      identities.flatMap((identity, at) => {
        const index = short.get(toHex(identity.subarray(0, 1)));
        return index === undefined ? [] : [[at, index] as const];
      }),
    );
  }
}

/** Knows an entry from the moment it was looked for, whatever becomes of its batch. */
class EagerHead extends MemoryHead {
  private readonly shared: HeadRow;

  constructor(row: HeadRow) {
    super(row);
    this.shared = row;
  }

  override async find(identities: readonly Uint8Array[]): Promise<Map<number, bigint>> {
    const found = await super.find(identities);
    const size = this.shared.head?.size ?? 0n;
    for (const [at, identity] of identities.entries())
      if (!found.has(at)) this.shared.known.set(toHex(identity), size + BigInt(at));
    return found;
  }
}

/** Forgets what it knows. */
class ForgetfulHead extends MemoryHead {
  override async find(): Promise<Map<number, bigint>> {
    return new Map();
  }
}

const nothing = async (): Promise<void> => undefined;
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));

interface Control {
  readonly planted: Planted;
  readonly life?: (log: TriedLog) => Promise<void>;
}

const controls: Record<string, Control> = {
  'an answer before the commit': { planted: { head: (row) => new HastyHead(row) } },
  'a head that is written without compare-and-swap': {
    planted: { head: (row) => new ForkingHead(row) },
    life: async (log) => {
      await log.submit(3);
      const left = log.abandon();
      await log.submit(2);
      await log.submitTo(left, 2);
    },
  },
  'a commit whose error is taken for success': {
    planted: {
      aroundHead: (head: HeadStore) =>
        altered(head, { commit: (...args) => head.commit(...args).catch(() => undefined) }),
    },
    life: async (log) => {
      failAt(log, 'head.commit', 2, 'error');
      await live(log);
    },
  },
  'going on after a write that failed, with what is in memory': {
    planted: {
      objects: (objects: PublishedObjects) =>
        altered(objects, { extend: (...args) => objects.extend(...args).catch(() => undefined) }),
    },
    life: async (log) => {
      failAt(log, 'objects.extend', 4, 'error');
      await log.submit(2);
      await log.submit(256);
      // Staging would heal it; it is dropped once the writes count as settled.
      await log.close();
    },
  },
  'a checkpoint that is published before its tiles': {
    planted: {
      objects: (objects: PublishedObjects) =>
        altered(objects, {
          extend: async (...args) => void setTimeout(() => void objects.extend(...args), 2),
        }),
    },
  },
  'a repetition found for a batch that failed': {
    planted: { head: (row) => new EagerHead(row) },
    life: async (log) => {
      failAt(log, 'staged.put', 2, 'error');
      await live(log);
    },
  },
  'entries told apart by a part of their identity': { planted: { head: (row) => new TruncatingHead(row) } },
  'entries forgotten over a restart': {
    planted: { head: (row) => new ForgetfulHead(row) },
    life: async (log) => {
      failAt(log, 'head.commit', 2, 'persisted');
      await live(log);
    },
  },
  'a flush that does nothing': {
    planted: { objects: (objects: PublishedObjects) => altered(objects, { flush: nothing }) },
    life: async (log) => {
      await log.submit(300);
      await log.close();
      log.losePower();
    },
  },
  'staging that is not durable': {
    planted: { staged: (staged: StagedObjects) => altered(staged, { put: nothing }) },
    life: async (log) => {
      failAt(log, 'objects.extend', 3, 'error');
      await live(log);
    },
  },
  'a recovery that does not look at staging': {
    planted: { staged: (staged: StagedObjects) => altered(staged, { list: async () => [] }) },
    life: async (log) => {
      failAt(log, 'objects.extend', 3, 'error');
      await live(log);
    },
  },
  'a proof for another size than that of the checkpoint beside it': {
    planted: {
      answer: (logged, { published }) => ({
        ...logged,
        prove: () => published.prove(0n, published.head.size),
      }),
    },
  },
  'a record that changes between its hash and its storing': {
    planted: { codec: { ...rekorBundle, frame: (record) => rekorBundle.frame(flipped(record)) } },
  },
  'bytes that are rewritten under a published checkpoint, and put right again': {
    planted: {
      objects: (objects: PublishedObjects) =>
        altered(objects, {
          extend: async (path, offset, bytes) => {
            const published = path === 'tile/entries/000' ? await objects.read(path) : undefined;
            if (published !== undefined) await objects.extend(path, 0, flipped(published));
            return objects.extend(path, offset, bytes);
          },
        }),
    },
    life: async (log) => {
      await log.submit(3);
      // Wrong after one batch, right again after the next: nothing is left to find at the end.
      for (let batch = 0; batch < 4; batch++) await log.submit(1);
    },
  },
  'a checkpoint that goes back to a smaller size': {
    planted: {
      objects: (objects: PublishedObjects) => {
        let older: Uint8Array | undefined;
        return altered(objects, {
          replace: async (path, bytes) => {
            if (older !== undefined) {
              await objects.replace(path, bytes);
              await objects.replace(path, older);
            }
            older = bytes;
            return objects.replace(path, bytes);
          },
        });
      },
    },
  },
  'a hash that changes on its way to the disk': {
    planted: {
      objects: (objects: PublishedObjects) =>
        altered(objects, {
          extend: (path, offset, bytes) =>
            objects.extend(path, offset, path === 'tile/0/000' && offset > 0 ? flipped(bytes) : bytes),
        }),
    },
  },
};

describe('caught is', () => {
  it.each(Object.entries(controls))('%s', async (_, { planted, life = live }) => {
    const log = new TriedLog(planted);
    await expect(life(log).then(() => log.check())).rejects.toBeInstanceOf(Violation);
  });
});

describe('a database that was put back to an earlier moment', () => {
  async function putBack(planted: Planted): Promise<TriedLog> {
    const log = new TriedLog(planted);
    await log.submit(3);
    const { head, known } = log.row;
    const before = new Map(known);
    await log.submit(3);
    log.kill();
    log.row.head = head;
    known.clear();
    for (const [identity, index] of before) known.set(identity, index);
    return log;
  }

  it('is refused', async () => {
    const log = await putBack({});
    await expect(log.submit(3)).rejects.toThrow('it does not start again');
  });

  it('is caught as the fork it would be, if it is not refused', async () => {
    let isBlind = false;
    const read = (objects: PublishedObjects) => async (path: string) =>
      isBlind && path === 'checkpoint' ? undefined : objects.read(path);
    const log = await putBack({ objects: (objects) => altered(objects, { read: read(objects) }) });
    isBlind = true;
    await log.submit(3);
    isBlind = false;
    await expect(log.check()).rejects.toBeInstanceOf(Violation);
  });
});

it('catches nothing where nothing is planted', async () => {
  for (const { life = live } of Object.values(controls).filter((one) => one.planted.head === undefined)) {
    const log = new TriedLog();
    await life(log);
    await log.check();
  }
});
