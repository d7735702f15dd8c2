/**
 * A folder outside of everything that could be restored from one backup (LOG_ANCHOR_DIR, best on another disk): it holds
 * the newest checkpoint of each log. A log that is older than its anchor was restored from an old copy, and going on
 * would fork it.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { equal } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { coveringNodes } from '#lib/merkle/proof-path.ts';
import { hashesFromTiles } from '#lib/merkle/tile.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { writeDurably } from '#lib/server/durable-file.ts';
import type { PublishedLog } from './read/published-log.ts';
import { LogStateError } from './sequencer/entry.ts';

const everyMs = 1_000;

export class Anchor {
  private readonly file: string;
  private readonly origin: string;
  private written = -1n;

  /** `logId` in hexadecimal names the file. */
  constructor(folder: string, logId: string, origin: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${logId}.checkpoint`);
    this.origin = origin;
  }

  /** Throws LogStateError unless the log is what was seen, or has grown out of it. */
  async refuseIfOlder(published: PublishedLog): Promise<void> {
    if (!existsSync(this.file)) return;
    const seen = this.read();
    const { size } = published.head;
    if (seen.size > size) {
      throw new LogStateError(
        `The log ${this.origin} has ${size} entries, but a checkpoint of ${seen.size} was seen (${this.file}): ` +
          'restore the newest copy of database and files, this one would fork the log.',
      );
    }
    const read = hashesFromTiles(
      async (tiles) =>
        Promise.all(tiles.map(async (tile) => (await published.tile(tile)) ?? new Uint8Array(0))),
      size,
    );
    const root = CompactRange.from(seen.size, await read(coveringNodes(0n, seen.size))).root();
    if (!equal(root, seen.root)) {
      throw new LogStateError(
        `The log ${this.origin} is not the one whose checkpoint was seen (${this.file}).`,
      );
    }
  }

  /** Keeps the anchor at the newest checkpoint, a second late at most; returns what ends it. */
  follow(published: PublishedLog, onTrouble: (error: unknown) => void): () => void {
    const write = (): void => {
      const { size, checkpoint } = published.head;
      if (size === this.written) return;
      try {
        writeDurably(this.file, checkpoint);
        this.written = size;
      } catch (error) {
        onTrouble(error);
      }
    };
    const timer = setInterval(write, everyMs);
    return () => {
      clearInterval(timer);
      write();
    };
  }

  private read(): Checkpoint {
    try {
      return parseCheckpoint(parseNote(readFileSync(this.file, 'utf8')).text);
    } catch (cause) {
      throw new LogStateError(`${this.file} is not a checkpoint of ${this.origin}.`, { cause });
    }
  }
}
