/** Opens one log: its key, its place on disk, its head in the database, and the sequencer over them. */
import { join } from 'node:path';
import { sha256 } from '#crypto/sha256.ts';
import { keyFolder, requireDatabaseUrl, type Config } from '#lib/server/config.ts';
import type { Lifetime } from '#lib/server/lifetime.ts';
import type { Logger } from '#lib/server/logger.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { Anchor } from './anchor.ts';
import type { LogMetrics } from './http/log-metrics.ts';
import { loadOrMakeKey, noteSigner, type LogKey, type LogKeyType } from './keys/key-file.ts';
import { openPatiently } from './opening.ts';
import { treeIdOf } from './rekor/tree-v1.ts';
import { PostgresHead } from './sequencer/commit.ts';
import type { BundleCodec } from './sequencer/entry.ts';
import { Sequencer } from './sequencer/sequencer.ts';
import type { PublishedLog } from './read/published-log.ts';
import { openStorage } from './storage/open-storage.ts';
import { openWitnesses } from './witness/open.ts';
import type { ProveConsistency } from './witness/witness-client.ts';

export interface LogPlan {
  readonly name: string;
  readonly kind: 'rekor-v2' | 'rekor-v1' | 'ct';
  /** What the log signs as, and calls itself; a Rekor v1 tree adds its id to that. */
  readonly origin: string;
  /** Where clients reach it. */
  readonly baseUrl: string;
  readonly keyType: LogKeyType;
  readonly codec: BundleCodec;
}

export interface OpenLog {
  readonly plan: LogPlan;
  readonly origin: string;
  readonly logId: Uint8Array;
  readonly key: LogKey;
  readonly begun: Date;
  readonly sequencer: Sequencer;
}

export interface Surroundings {
  readonly config: Config;
  readonly logger: Logger;
  readonly lifetime: Lifetime;
  readonly metrics?: LogMetrics;
}

/** Tries again while database or disk cannot be used for a reason that passes. */
export function openLog(plan: LogPlan, surroundings: Surroundings): Promise<OpenLog> {
  const { config, logger } = surroundings;
  const key = loadOrMakeKey(join(keyFolder(config, 'log'), `${plan.name}.pem`), plan.keyType);
  const logId = logIdOf(plan.origin, key.spki);
  const origin = plan.kind === 'rekor-v1' ? `${plan.origin} - ${treeIdOf(key.spki)}` : plan.origin;
  const identity = { logId: toHex(logId), origin, keyFingerprint: sha256(key.spki) };
  const onWait = (error: unknown): void =>
    logger.error({ err: error, log: plan.name }, 'cannot be opened yet');
  return openPatiently(async () => {
    const head = await PostgresHead.open(requireDatabaseUrl(config), identity);
    try {
      return await openWith(head, { plan, key, logId, origin }, surroundings);
    } catch (error) {
      await head.close();
      throw error;
    }
  }, onWait);
}

type Named = Pick<OpenLog, 'plan' | 'key' | 'logId' | 'origin'>;

async function openWith(head: PostgresHead, named: Named, surroundings: Surroundings): Promise<OpenLog> {
  const { plan, key, logId, origin } = named;
  const { config, logger, lifetime, metrics } = surroundings;
  const { objects, staged } = await openStorage(config, toHex(logId));
  // It proves consistency from what the sequencer published, and the sequencer asks it: one of them comes first.
  const published = (): PublishedLog => sequencer.published;
  const prove: ProveConsistency = (oldSize, newSize) => published().consistency(oldSize, newSize);
  const witnesses = config.witnesses && openWitnesses(origin, config.witnesses, prove, logger);
  const sequencer: Sequencer = await Sequencer.open({
    head,
    objects,
    staged,
    codec: plan.codec,
    naming: { origin, signers: [noteSigner(plan.origin, key)] },
    onFatal: (error) => lifetime.fail(error),
    witnessing: witnesses?.witnessing,
    onBatch: metrics && ((told) => metrics.told(plan.name, told)),
    onTrouble: (error) => logger.error({ err: error, log: plan.name }, 'a batch was given up'),
  });
  lifetime.onEnd(`${plan.name} head`, () => head.close());
  if (witnesses !== undefined) lifetime.onEnd(`${plan.name} witnesses`, () => witnesses.witnessing.close());
  lifetime.onEnd(`${plan.name} sequencer`, () => sequencer.close());
  await witnesses?.refuseIfBehind(sequencer.published.head);
  if (config.logAnchorDir !== undefined) {
    const anchor = new Anchor(config.logAnchorDir, toHex(logId), origin);
    await anchor.refuseIfOlder(sequencer.published);
    const onTrouble = (error: unknown): void => logger.error({ err: error, log: plan.name }, 'no anchor');
    lifetime.onEnd(`${plan.name} anchor`, anchor.follow(sequencer.published, onTrouble));
  }
  if (config.logReadOnly) await sequencer.freeze();
  logger.info({ log: plan.name, size: sequencer.published.head.size.toString() }, 'log recovered');
  return { plan, origin, logId, key, begun: await head.begun(), sequencer };
}
