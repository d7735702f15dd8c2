/**
 * Which shards the logs have: DATA_DIR/log/shards.json, written by `sigwatch log rotate` alone, read by the log process.
 * Without it each log has one shard, at LOG_URL. Nothing is ever taken out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '#lib/server/config.ts';
import { writeDurably } from '#lib/server/durable-file.ts';

export const shardKinds = ['rekor-v2', 'rekor-v1', 'ct'] as const;
export type ShardKind = (typeof shardKinds)[number];

const shard = z.strictObject({
  /** Of its key file, and in what people read: the kind, and from the second on a number. */
  name: z.string().regex(/^(rekor-v2|rekor-v1|ct)(-\d+)?$/),
  url: z.url({ protocol: /^https?$/ }),
  /** From then on it takes nothing more; unset for the newest of its kind. */
  freezeAt: z.iso.datetime().optional(),
});
const shardFile = z.strictObject({ shards: z.array(shard).min(1) });

export type Shard = z.infer<typeof shard>;

function shardFilePath(config: Config): string {
  return join(config.dataDir, 'log', 'shards.json');
}

export function kindOf({ name }: Pick<Shard, 'name'>): ShardKind {
  const kind = shardKinds.find((one) => one === name.replace(/-\d+$/, ''));
  if (kind === undefined) throw new RotationError(`${name} is no name of a shard.`);
  return kind;
}

/** Of each kind the oldest first. */
export function readShards(config: Config): Shard[] {
  const path = shardFilePath(config);
  const written = existsSync(path) ? shardFile.parse(JSON.parse(readFileSync(path, 'utf8'))).shards : [];
  return shardKinds.flatMap((kind) => {
    const ofKind = written.filter((one) => kindOf(one) === kind);
    return ofKind.length > 0 ? ofKind : [{ name: kind, url: config.log.url }];
  });
}

export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/**
 * The shards with one more of a kind. Of Rekor v2 and CT, which have addresses of their own, the old one and the new one
 * both take entries until `freezeAt`; a Rekor v1 log has one address for all its trees, and changes over at that moment.
 * Throws RotationError.
 */
export function rotated(
  shards: readonly Shard[],
  kind: ShardKind,
  url: string | undefined,
  freezeAt: Date,
): Shard[] {
  const ofKind = shards.filter((one) => kindOf(one) === kind);
  const newest = ofKind.at(-1);
  if (newest === undefined) throw new RotationError('There is no log to rotate.');
  const before = ofKind.at(-2)?.freezeAt;
  if (before !== undefined && new Date(before) > new Date()) {
    throw new RotationError(
      `The last rotation is not over: the shard before ${newest.name} is frozen at ${before}.`,
    );
  }
  const name = `${kind}-${ofKind.length + 1}`;
  const young = { name, url: addressOf(kind, name, ofKind, url) };
  const frozen = { ...newest, freezeAt: freezeAt.toISOString() };
  return [...shards.map((one) => (one === newest ? frozen : one)), young];
}

function addressOf(kind: ShardKind, name: string, ofKind: readonly Shard[], url: string | undefined): string {
  const first = ofKind[0]?.url ?? '';
  if (kind !== 'rekor-v2') {
    if (url === undefined) return kind === 'ct' ? `${first}/${name}` : first;
    throw new RotationError(`--url is for a log of kind rekor-v2: one of ${kind} stays at its address.`);
  }
  if (url === undefined)
    throw new RotationError('--url is missing: the new shard needs a hostname of its own.');
  const { hostname, origin, pathname, search, hash } = new URL(url);
  // Shards are told apart by the host that is asked alone.
  if (pathname + search + hash !== '/')
    throw new RotationError(`--url is the address of a host, without a path: ${origin}.`);
  // Clients take a log's name from its hostname, and a name belongs to one key.
  if (ofKind.some((one) => new URL(one.url).hostname === hostname)) {
    throw new RotationError(
      `A shard is called ${hostname} already: the new one needs a hostname of its own.`,
    );
  }
  return url;
}

export function writeShards(config: Config, shards: readonly Shard[]): void {
  writeDurably(shardFilePath(config), `${JSON.stringify(shardFile.parse({ shards }), null, 2)}\n`);
}
