// The sequencer's fault table: every step fails once, having done its work or not, at every size around a full tile.
// Real files and a real database; after each fault the log is opened again and proved from its first entry to its last.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { concat, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { tilesBetween } from '#lib/merkle/tile.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf, logVerifier } from '#lib/note/log-verifier.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { rekorBundle } from '#log/rekor/bundle.ts';
import { PostgresHead } from '#log/sequencer/commit.ts';
import type { LoggedEntry, PendingEntry } from '#log/sequencer/entry.ts';
import type { HeadStore } from '#log/sequencer/head.ts';
import { Sequencer } from '#log/sequencer/sequencer.ts';
import { PublishedFiles, StagedFiles } from '#log/storage/filesystem.ts';
import type { PublishedObjects, StagedObjects } from '#log/storage/objects.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const database = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Step = `head.${keyof HeadStore}` | `objects.${keyof PublishedObjects}` | `staged.${keyof StagedObjects}`;
type When = 'before' | 'after' | 'torn' | 'hang';

/** One log that can be opened again and again, with one fault armed at a time. */
class TestLog {
  readonly acknowledged: LoggedEntry[] = [];
  readonly fatal: unknown[] = [];
  sequencer!: Sequencer;
  private readonly key = generateKeyPairSync('ed25519');
  private readonly origin = `log-${randomBytes(6).toString('hex')}.example`;
  private readonly spki = new Uint8Array(this.key.publicKey.export({ type: 'spki', format: 'der' }));
  private readonly place = join(folder, this.origin);
  private head: PostgresHead | undefined;
  private armed: { step: Step; when: When } | undefined;

  async open(): Promise<void> {
    this.fatal.length = 0;
    const logId = logIdOf(this.origin, this.spki);
    const identity = { logId: toHex(logId), origin: this.origin, keyFingerprint: sha256(this.spki) };
    this.head = await PostgresHead.open(database.url, identity);
    const message = (text: Uint8Array): Uint8Array => new Uint8Array(sign(null, text, this.key.privateKey));
    this.sequencer = await Sequencer.open({
      head: this.faulty('head', this.head),
      objects: this.faulty('objects', new PublishedFiles(join(this.place, 'published'))),
      staged: this.faulty('staged', await StagedFiles.open(join(this.place, 'staged'))),
      codec: rekorBundle,
      naming: {
        origin: this.origin,
        signers: [{ name: this.origin, keyId: logId.slice(0, 4), sign: message }],
      },
      stepPatienceMs: 2_000,
      onFatal: (error) => this.fatal.push(error),
      onTrouble: () => undefined,
    });
  }

  /** As a crash leaves it: nothing is finished that was not. */
  async crash(): Promise<void> {
    await this.head?.close();
    if (this.fatal.length === 0) await this.sequencer.close().catch(() => undefined);
  }

  arm(step: Step, when: When): void {
    this.armed = { step, when };
  }

  async add(entry: PendingEntry): Promise<LoggedEntry> {
    const logged = await this.sequencer.add(entry);
    this.acknowledged.push(logged);
    return logged;
  }

  async grow(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.add(newEntry())));
  }

  copyOfPublished(): string {
    const copy = `${this.place}-durable`;
    cpSync(join(this.place, 'published'), copy, { recursive: true });
    return copy;
  }

  restorePublished(copy: string): void {
    rmSync(join(this.place, 'published'), { recursive: true });
    cpSync(copy, join(this.place, 'published'), { recursive: true });
  }

  /** Reads the whole log back from its files and proves everything one can ask of it. */
  async check(): Promise<Uint8Array[]> {
    const { published } = this.sequencer;
    const objects = new PublishedFiles(join(this.place, 'published'));
    const note = fromUtf8((await objects.read('checkpoint')) ?? new Uint8Array(0));
    const { size, root } = parseCheckpoint(openNote(note, [logVerifier(this.origin, this.spki)]).text);
    expect(published.head.checkpoint).toBe(note);
    const records = await published.records(0n, size);
    const range = CompactRange.empty();
    const nodes = new Map<string, Uint8Array>();
    for (const record of records) {
      range.append(leafHash(record), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    }
    expect(toHex(range.root())).toBe(toHex(root));
    for (const tile of tilesBetween(0n, size)) {
      const hashes = Array.from(
        { length: tile.width },
        (_, at) => nodes.get(`${Number(tile.level) * 8}/${tile.index * 256n + BigInt(at)}`) ?? root,
      );
      expect(await published.tile(tile)).toEqual(Buffer.from(concat(...hashes)));
    }
    expect(new Set(records.map(toHex)).size).toBe(records.length);
    for (const { index, record } of this.acknowledged) {
      if (record !== undefined) expect(toHex(records[Number(index)] ?? root)).toBe(toHex(record));
    }
    return records;
  }

  private faulty<T extends object>(part: string, target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]): Promise<unknown> => {
          const { armed } = this;
          const now = armed?.step === `${part}.${String(name)}`;
          if (now) this.armed = undefined;
          if (now && armed.when === 'before') throw new Error(`fault before ${armed.step}`);
          if (now && armed.when === 'hang') return new Promise(() => undefined);
          if (now && armed.when === 'torn') {
            // The bytes are what comes last.
            const bytes = args.at(-1) as Uint8Array;
            await Reflect.apply(method, target, [...args.slice(0, -1), bytes.subarray(0, bytes.length >> 1)]);
            throw new Error(`torn ${armed.step}`);
          }
          const result: unknown = await Reflect.apply(method, target, args);
          if (now) throw new Error(`fault after ${armed.step}`);
          return result;
        };
      },
    });
  }
}

function newEntry(text = randomBytes(24).toString('hex')): PendingEntry {
  const record = utf8(text);
  const hash = leafHash(record);
  return { identity: hash, leafHash: hash, record };
}

interface Case {
  readonly step: Step;
  readonly when: When;
  /** Does the sequencer stop for good? */
  readonly fatal: boolean;
  /** Is the entry in the log once it was opened again? */
  readonly kept: boolean;
}

const table: Case[] = [
  { step: 'head.find', when: 'before', fatal: false, kept: false },
  { step: 'staged.put', when: 'before', fatal: false, kept: false },
  { step: 'staged.put', when: 'after', fatal: false, kept: false },
  { step: 'head.commit', when: 'before', fatal: true, kept: false },
  { step: 'head.commit', when: 'after', fatal: true, kept: true },
  { step: 'objects.extend', when: 'before', fatal: true, kept: true },
  { step: 'objects.extend', when: 'after', fatal: true, kept: true },
  { step: 'objects.replace', when: 'before', fatal: true, kept: true },
  { step: 'objects.replace', when: 'after', fatal: true, kept: true },
  { step: 'staged.put', when: 'torn', fatal: false, kept: false },
  { step: 'objects.extend', when: 'torn', fatal: true, kept: true },
];

const hanging: Case[] = [
  { step: 'head.find', when: 'hang', fatal: true, kept: false },
  { step: 'staged.put', when: 'hang', fatal: true, kept: false },
  { step: 'head.commit', when: 'hang', fatal: true, kept: false },
  { step: 'objects.extend', when: 'hang', fatal: true, kept: true },
  { step: 'objects.replace', when: 'hang', fatal: true, kept: true },
];

describe.each([0, 1, 254, 255, 256, 257, 511])('a fault in a log of %i entries', (size) => {
  it.each(size === 256 ? [...table, ...hanging] : table)(
    '$when $step: fatal $fatal, kept $kept',
    async ({ step, when, fatal, kept }) => {
      const log = new TestLog();
      await log.open();
      await log.grow(size);
      const entry = newEntry();
      log.arm(step, when);
      await expect(log.add(entry)).rejects.toMatchObject({ code: fatal ? 'stopped' : 'batch-failed' });
      expect(log.fatal).toHaveLength(fatal ? 1 : 0);
      expect(log.sequencer.problem !== undefined).toBe(fatal);
      if (!fatal) await log.grow(2);
      await log.crash();

      await log.open();
      expect(await log.check()).toHaveLength(size + (kept ? 1 : 0) + (fatal ? 0 : 2));
      const again = await log.add(entry);
      expect(again.duplicate).toBe(kept);
      await log.grow(3);
      await log.check();
      await log.crash();
    },
  );
});

describe('a crash behind the answer', () => {
  it('before anything was made durable: staging brings it back', async () => {
    const log = new TestLog();
    await log.open();
    await log.grow(300);
    log.arm('objects.flush', 'before');
    await log.crash();
    await log.open();
    expect(await log.check()).toHaveLength(300);
    await log.crash();
  });

  it('by a loss of power that takes away all files since they were last made durable', async () => {
    const log = new TestLog();
    await log.open();
    await log.grow(250);
    await log.crash();
    const durable = log.copyOfPublished();
    await log.open();
    for (let batch = 0; batch < 4; batch++) await log.grow(15);
    log.arm('objects.flush', 'before');
    await log.crash();
    log.restorePublished(durable);
    await log.open();
    expect(await log.check()).toHaveLength(310);
    await log.crash();
  });

  it('between the tiles and what was dropped from staging: a replay changes nothing', async () => {
    const log = new TestLog();
    await log.open();
    for (let batch = 0; batch < 6; batch++) await log.grow(50);
    log.arm('staged.drop', 'before');
    await log.sequencer.close();
    await log.crash();
    await log.open();
    expect(await log.check()).toHaveLength(300);
    await log.crash();
  });
});

describe('batches', () => {
  it('prove every entry in the head of its own batch, whatever the sizes', async () => {
    const log = new TestLog();
    await log.open();
    for (const count of [1, 2, 252, 1, 1, 300, 3]) await log.grow(count);
    const records = await log.check();
    for (const { index, head, prove } of log.acknowledged) {
      const claim = { index, size: head.size, root: head.root, proof: await prove() };
      expect(verifyInclusion({ ...claim, leafHash: leafHash(records[Number(index)] ?? head.root) })).toBe(
        true,
      );
    }
    await log.crash();
  });

  it('hold one entry however often it comes at once, and after a restart', async () => {
    const log = new TestLog();
    await log.open();
    await log.grow(5);
    const entry = newEntry();
    const answers = await Promise.all([
      ...Array.from({ length: 30 }, () => log.add(entry)),
      log.add(newEntry()),
    ]);
    expect(new Set(answers.slice(0, 30).map(({ index }) => index)).size).toBe(1);
    expect(answers.slice(0, 30).filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    await log.crash();
    await log.open();
    const later = await log.add(entry);
    const { index, head, duplicate } = later;
    expect([index, duplicate]).toEqual([answers[0]?.index, true]);
    const claim = { index, size: head.size, root: head.root, proof: await later.prove() };
    expect(verifyInclusion({ ...claim, leafHash: entry.leafHash })).toBe(true);
    expect(await log.check()).toHaveLength(7);
    await log.crash();
  });

  it('stop when somebody else moved the head: the log is not forked', async () => {
    const log = new TestLog();
    await log.open();
    await log.grow(3);
    await database.sql`UPDATE log_head SET root = ${new Uint8Array(32)} WHERE checkpoint = ${log.sequencer.published.head.checkpoint}`;
    await expect(log.add(newEntry())).rejects.toMatchObject({ code: 'stopped' });
    expect(log.fatal).toHaveLength(1);
    await log.crash();
  });
});
