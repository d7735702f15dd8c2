/**
 * A log under load whose process and whose database are killed at moments nobody chose, and a ledger of everything that
 * was acknowledged. After each kill the whole log is read back and the ledger is held against it.
 */
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkTiles } from '#lib/fsck/check-tiles.ts';
import { equal } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseEntryBundle } from '#lib/merkle/tile.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { openNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { openSql } from '#lib/server/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';
import {
  checkEntry,
  hashedRekordBody,
  LogProcess,
  makeSigner,
  post,
  type TransparencyLogEntry,
} from '#tests/flow/log-process.ts';

const clients = 8;

export interface CrashTold {
  readonly kills: number;
  readonly acknowledged: number;
  readonly size: number;
  readonly slowestStartMs: number;
}

export class CrashRun {
  readonly log: LogProcess;
  private readonly folder: string;
  private postgres: EmbeddedPostgres;
  private readonly signer = makeSigner();
  /** Index to the entry that was acknowledged for it. */
  private readonly ledger = new Map<string, string>();
  private readonly notes = new Set<string>();
  private verifier: NoteVerifier | undefined;
  private working: Promise<unknown> | undefined;
  private stopped = false;
  private kills = 0;
  private size = 0;
  private slowestStartMs = 0;

  private constructor(folder: string, postgres: EmbeddedPostgres, log: LogProcess) {
    this.folder = folder;
    this.postgres = postgres;
    this.log = log;
  }

  static async open(): Promise<CrashRun> {
    const folder = mkdtempSync(join(tmpdir(), 'sigwatch-crash-'));
    const postgres = await startEmbeddedPostgres(placeOf(folder));
    const sql = openSql(postgres.url, { max: 1, name: 'test' });
    await migrate(sql);
    await sql.end();
    const run = new CrashRun(folder, postgres, await LogProcess.create(postgres.url));
    await run.log.start();
    run.verifier = (await run.log.identity('rekor-v2')).verifier;
    run.working = Promise.all(Array.from({ length: clients }, () => run.client()));
    return run;
  }

  /** One kill at a random moment, everything up again, and the log held against the ledger; throws when it differs. */
  async round(): Promise<void> {
    await pause(randomInt(20, 400));
    this.kills++;
    if (randomInt(4) === 0) await this.killDatabase();
    else {
      await this.log.end('SIGKILL');
      await this.startAgain();
    }
    const acknowledged = this.ledger.size;
    while (this.ledger.size < acknowledged + clients) await pause(20);
    await this.reconcile();
  }

  /** Says that an entry was acknowledged, to see that the ledger is looked at; returns what takes it back. */
  claim(index: string, body: string): () => void {
    const before = this.ledger.get(index);
    this.ledger.set(index, body);
    return () => void (before === undefined ? this.ledger.delete(index) : this.ledger.set(index, before));
  }

  async close(): Promise<CrashTold> {
    this.stopped = true;
    await this.working;
    await this.reconcile();
    const told = { kills: this.kills, acknowledged: this.ledger.size, size: this.size };
    await this.log.remove();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
    return { ...told, slowestStartMs: this.slowestStartMs };
  }

  private async killDatabase(): Promise<void> {
    const ended = once(this.postgres.process, 'exit');
    this.postgres.process.kill('SIGKILL');
    await ended;
    // The log waits for it in its process, and finds out there what became of a commit whose outcome is unknown.
    this.postgres = await startEmbeddedPostgres({
      ...placeOf(this.folder),
      port: Number(new URL(this.postgres.url).port),
    });
  }

  /** Now and then it is killed again while it recovers. */
  private async startAgain(): Promise<void> {
    const begun = performance.now();
    const starting = this.log.start();
    if (randomInt(5) === 0) {
      starting.catch(() => undefined);
      await pause(randomInt(1, 2_000));
      this.kills++;
      await this.log.end('SIGKILL');
      return this.startAgain();
    }
    await starting;
    this.slowestStartMs = Math.max(this.slowestStartMs, Math.round(performance.now() - begun));
  }

  /** Asks again with the same entry until it is told that it is logged. */
  private async client(): Promise<void> {
    while (!this.stopped) {
      const body = hashedRekordBody(this.signer);
      let entry: TransparencyLogEntry | undefined;
      while (entry === undefined && !this.stopped) {
        entry = await this.submit(body).catch(() => undefined);
        if (entry === undefined) await pause(50);
      }
      if (entry !== undefined) this.note(entry);
    }
  }

  private async submit(body: object): Promise<TransparencyLogEntry | undefined> {
    const answer = await post(this.log.url, body);
    if (answer.status === 201) return (await answer.json()) as TransparencyLogEntry;
    await answer.text();
    return undefined;
  }

  private note(entry: TransparencyLogEntry): void {
    const { logIndex, canonicalizedBody, inclusionProof } = entry;
    if (this.verifier !== undefined) checkEntry(entry, this.verifier);
    const there = this.ledger.get(logIndex);
    if (there !== undefined && there !== canonicalizedBody)
      throw new Error(`index ${logIndex} was given twice`);
    this.ledger.set(logIndex, canonicalizedBody);
    this.notes.add(inclusionProof.checkpoint.envelope);
  }

  /** The whole log from its first byte: fsck, every acknowledged entry, every checkpoint that was ever shown. */
  async reconcile(): Promise<void> {
    const ledger = [...this.ledger];
    const notes = [...this.notes].map((note) => this.checkpoint(note));
    const fetchBytes = async (path: string): Promise<Uint8Array> =>
      new Uint8Array(await (await fetch(`${this.log.url}/${path}`)).arrayBuffer());
    const head = this.checkpoint(Buffer.from(await fetchBytes('checkpoint')).toString());
    await checkTiles(fetchBytes, head, { parallel: 4 });
    const leaves: Uint8Array[] = [];
    for (let index = 0n; index * 256n < head.size; index++) {
      const left = head.size - index * 256n;
      const width = left < 256n ? `.p/${left}` : '';
      const name = String(index).padStart(3, '0');
      leaves.push(
        ...parseEntryBundle(
          await fetchBytes(`tile/entries/${name}${width}`),
          Number(left < 256n ? left : 256n),
        ),
      );
    }
    for (const [index, body] of ledger) {
      const leaf = leaves[Number(index)];
      if (leaf === undefined || Buffer.from(leaf).toString('base64') !== body) {
        throw new Error(`entry ${index} was acknowledged and is lost`);
      }
    }
    requireTrue(notes, leaves);
    this.size = leaves.length;
  }

  private checkpoint(note: string): Checkpoint {
    if (this.verifier === undefined) throw new Error('the log was never asked who it is');
    return parseCheckpoint(openNote(note, [this.verifier]).text);
  }
}

function requireTrue(notes: readonly Checkpoint[], leaves: readonly Uint8Array[]): void {
  const range = CompactRange.empty();
  let at = 0;
  for (const { size, root } of [...notes].sort((a, b) => Number(a.size - b.size))) {
    for (; at < Number(size); at++) range.append(leafHash(leaves[at] ?? new Uint8Array(0)));
    if (!equal(range.root(), root)) throw new Error(`the checkpoint of size ${size} is of another log`);
  }
}

function placeOf(folder: string): { folder: string; passwordFile: string; database: string } {
  return { folder: join(folder, 'postgres'), passwordFile: join(folder, 'password'), database: 'sigwatch' };
}
