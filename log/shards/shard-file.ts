/**
 * Which shards the Rekor v2 log has: DATA_DIR/log/shards.json, written by `sigwatch log rotate` alone, read by the log
 * process. Without it there is one shard, the one at LOG_URL. Nothing is ever taken out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '#lib/server/config.ts';
import { writeDurably } from '#lib/server/durable-file.ts';

const shard = z.strictObject({
  /** Of its key file, and in what people read. */
  name: z.string().regex(/^rekor-v2(-\d+)?$/),
  url: z.url({ protocol: /^https?$/ }),
  /** From then on it takes nothing more; unset for the newest. */
  freezeAt: z.iso.datetime().optional(),
});
const shardFile = z.strictObject({ shards: z.array(shard).min(1) });

export type Shard = z.infer<typeof shard>;

export function shardFilePath(config: Config): string {
  return join(config.dataDir, 'log', 'shards.json');
}

/** Oldest first. */
export function readShards(config: Config): Shard[] {
  const path = shardFilePath(config);
  if (!existsSync(path)) return [{ name: 'rekor-v2', url: config.log.url }];
  return shardFile.parse(JSON.parse(readFileSync(path, 'utf8'))).shards;
}

export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/** The old shard and the new one both take entries until `freezeAt`. Throws RotationError. */
export function rotated(shards: readonly Shard[], url: string, freezeAt: Date): Shard[] {
  const { hostname } = new URL(url);
  const newest = shards.at(-1);
  if (newest === undefined) throw new RotationError('There is no log to rotate.');
  // Clients take a log's name from its hostname, and a name belongs to one key.
  if (shards.some((one) => new URL(one.url).hostname === hostname)) {
    throw new RotationError(
      `A shard is called ${hostname} already: the new one needs a hostname of its own.`,
    );
  }
  const frozen = { ...newest, freezeAt: freezeAt.toISOString() };
  return [...shards.slice(0, -1), frozen, { name: `rekor-v2-${shards.length + 1}`, url }];
}

export function writeShards(config: Config, shards: readonly Shard[]): void {
  writeDurably(shardFilePath(config), `${JSON.stringify(shardFile.parse({ shards }), null, 2)}\n`);
}
