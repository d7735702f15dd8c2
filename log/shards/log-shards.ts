/**
 * The shards of the logs in one process: each log's own, when one is frozen, and new ones as soon as shard-file.ts names
 * them. What a shard was called it is called for ever.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { writeDurably } from '#lib/server/durable-file.ts';
import { openLog, type OpenLog, type Surroundings } from '../open-log.ts';
import { LogStateError } from '../sequencer/entry.ts';
import { planOf } from './plan.ts';
import { kindOf, readShards, type Shard, type ShardKind } from './shard-file.ts';

const tickMs = 1_000;

export interface OpenShard {
  readonly shard: Shard;
  readonly log: OpenLog;
}

export class LogShards {
  private readonly surroundings: Surroundings;
  private readonly byName = new Map<string, OpenShard>();
  private readonly frozen = new Set<string>();
  private readonly told: { kind: ShardKind; opened: (open: OpenShard) => void }[] = [];
  /** While the active shard of a kind is being frozen: who writes to whichever is active waits for it. */
  private readonly changing = new Map<ShardKind, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  static async open(surroundings: Surroundings): Promise<LogShards> {
    const shards = new LogShards(surroundings);
    await shards.bringUpToDate();
    const again = (): void => {
      shards.timer = setTimeout(() => {
        shards.bringUpToDate().then(again, (error: unknown) => surroundings.lifetime.fail(error));
      }, tickMs);
    };
    again();
    surroundings.lifetime.onEnd('shards', () => clearTimeout(shards.timer));
    return shards;
  }

  /** Of each kind the oldest first. */
  get all(): OpenShard[] {
    return [...this.byName.values()];
  }

  of(kind: ShardKind): OpenShard[] {
    return this.all.filter(({ shard }) => kindOf(shard) === kind);
  }

  /** Calls back with every shard of a kind: those open now at once, others when they are. */
  each(kind: ShardKind, opened: (open: OpenShard) => void): void {
    this.told.push({ kind, opened });
    for (const open of this.of(kind)) opened(open);
  }

  /** The Rekor v2 shard that a host names, with a port or without; a host nobody named means the first. */
  at(host: string | undefined): OpenLog {
    const hostname = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
    const all = this.of('rekor-v2');
    const found = all.find(({ shard }) => new URL(shard.url).hostname === hostname) ?? all[0];
    if (found === undefined) throw new Error('no shard is open');
    return found.log;
  }

  /** The oldest that is not frozen, or the last; resolves at once but for the moment in which one is being frozen. */
  async active(kind: ShardKind): Promise<OpenLog> {
    await this.changing.get(kind);
    const all = this.of(kind);
    const active = all.find(({ shard }) => !this.frozen.has(shard.name)) ?? all.at(-1);
    if (active === undefined) throw new Error(`no ${kind} is open`);
    return active.log;
  }

  /** What is active in place of a log that is over; undefined when nothing follows it. */
  async successor(log: OpenLog): Promise<OpenLog | undefined> {
    const { kind } = log.plan;
    if (this.of(kind).at(-1)?.log === log) return undefined;
    const deadline = performance.now() + 10 * tickMs;
    while (performance.now() < deadline) {
      const active = await this.active(kind);
      if (active !== log) return active;
      await sleep(tickMs / 20);
    }
    return undefined;
  }

  isFrozen({ plan }: OpenLog): boolean {
    return this.frozen.has(plan.name);
  }

  private async bringUpToDate(): Promise<void> {
    const shards = readShards(this.surroundings.config);
    const opened = await Promise.all(shards.map((shard) => this.openShard(shard)));
    for (const [at, shard] of shards.entries()) {
      const log = opened[at];
      if (log === undefined) continue;
      const isNew = !this.byName.has(shard.name);
      this.byName.set(shard.name, { shard, log });
      if (isNew) this.tell({ shard, log });
    }
    await Promise.all(this.all.filter((open) => this.isOver(open)).map((open) => this.freeze(open)));
  }

  private async openShard(shard: Shard): Promise<OpenLog> {
    return this.byName.get(shard.name)?.log ?? openLog(planOf(shard), this.surroundings);
  }

  private tell(open: OpenShard): void {
    for (const { kind, opened } of this.told) if (kind === kindOf(open.shard)) opened(open);
  }

  private isOver({ shard: { name, freezeAt } }: OpenShard): boolean {
    return freezeAt !== undefined && new Date(freezeAt).getTime() <= Date.now() && !this.frozen.has(name);
  }

  private async freeze({ shard, log }: OpenShard): Promise<void> {
    const kind = kindOf(shard);
    const change = this.finish(shard.name, log);
    this.changing.set(
      kind,
      change.catch(() => undefined),
    );
    await change.finally(() => this.changing.delete(kind));
  }

  /** Its last checkpoint is written down: a frozen log that is another one later is not the log that was frozen. */
  private async finish(name: string, { sequencer, logId }: OpenLog): Promise<void> {
    const { config, logger } = this.surroundings;
    const last = await sequencer.freeze();
    const file = join(config.dataDir, 'log', `${toHex(logId)}.final-checkpoint`);
    if (!existsSync(file)) writeDurably(file, last.checkpoint);
    const { size, root } = parseCheckpoint(parseNote(readFileSync(file, 'utf8')).text);
    if (size !== last.size || !equal(root, last.root)) {
      throw new LogStateError(`The log ${name} was frozen at ${size} entries and now has ${last.size}.`);
    }
    this.frozen.add(name);
    logger.info({ log: name, size: `${size}` }, 'log frozen');
  }
}
