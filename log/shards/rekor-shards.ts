/**
 * The shards of the Rekor v2 log in one process: which of them a request means, when one is frozen, and new ones as soon
 * as shard-file.ts names them. A host keeps the shard it once had, for ever; a host nobody named means the first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { writeDurably } from '#lib/server/durable-file.ts';
import { openLog, type OpenLog, type Surroundings } from '../open-log.ts';
import { rekorBundle } from '../rekor/bundle.ts';
import { LogStateError } from '../sequencer/entry.ts';
import { readShards, type Shard } from './shard-file.ts';

const tickMs = 1_000;

export interface OpenShard {
  readonly shard: Shard;
  readonly log: OpenLog;
}

export class RekorShards {
  private readonly surroundings: Surroundings;
  private readonly byHost = new Map<string, OpenShard>();
  private readonly frozen = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  static async open(surroundings: Surroundings): Promise<RekorShards> {
    const shards = new RekorShards(surroundings);
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

  /** Oldest first. */
  get all(): OpenShard[] {
    return [...this.byHost.values()];
  }

  /** `host` as a request has it, with a port or without. */
  at(host: string | undefined): OpenLog {
    const hostname = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
    const found = this.byHost.get(hostname) ?? this.byHost.values().next().value;
    if (found === undefined) throw new Error('no shard is open');
    return found.log;
  }

  private async bringUpToDate(): Promise<void> {
    for (const shard of readShards(this.surroundings.config)) {
      const { hostname } = new URL(shard.url);
      const log = this.byHost.get(hostname)?.log ?? (await this.openShard(shard, hostname));
      this.byHost.set(hostname, { shard, log });
      const isOver = shard.freezeAt !== undefined && new Date(shard.freezeAt).getTime() <= Date.now();
      if (isOver && !this.frozen.has(shard.name)) await this.freeze(shard, log);
    }
  }

  private openShard({ name, url }: Shard, hostname: string): Promise<OpenLog> {
    const plan = { name, kind: 'rekor-v2', keyType: 'ed25519', codec: rekorBundle } as const;
    return openLog({ ...plan, origin: hostname, baseUrl: url }, this.surroundings);
  }

  /** Its last checkpoint is written down: a frozen log that is another one later is not the log that was frozen. */
  private async freeze({ name }: Shard, { sequencer, logId }: OpenLog): Promise<void> {
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
