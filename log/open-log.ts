/** Opens one log: its key, its place on disk, its head in the database, and the sequencer over them. */
import { join } from 'node:path';
import { sha256 } from '#crypto/sha256.ts';
import { keyFolder, requireDatabaseUrl, type Config } from '#lib/server/config.ts';
import type { Lifetime } from '#lib/server/lifetime.ts';
import type { Logger } from '#lib/server/logger.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { loadOrMakeKey, noteSigner, type LogKey, type LogKeyType } from './keys/key-file.ts';
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
}

export async function openLog(plan: LogPlan, { config, logger, lifetime }: Surroundings): Promise<OpenLog> {
  const key = loadOrMakeKey(join(keyFolder(config, 'log'), `${plan.name}.pem`), plan.keyType);
  const logId = logIdOf(plan.origin, key.spki);
  const origin = plan.kind === 'rekor-v1' ? `${plan.origin} - ${treeIdOf(key.spki)}` : plan.origin;
  const identity = { logId: toHex(logId), origin, keyFingerprint: sha256(key.spki) };
  const head = await PostgresHead.open(requireDatabaseUrl(config), identity);
  lifetime.onEnd(`${plan.name} head`, () => head.close());
  const { objects, staged } = await openStorage(config, identity.logId);
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
    onTrouble: (error) => logger.error({ err: error, log: plan.name }, 'a batch was given up'),
  });
  if (witnesses !== undefined) lifetime.onEnd(`${plan.name} witnesses`, () => witnesses.witnessing.close());
  lifetime.onEnd(`${plan.name} sequencer`, () => sequencer.close());
  await witnesses?.refuseIfBehind(sequencer.published.head);
  logger.info({ log: plan.name, size: sequencer.published.head.size.toString() }, 'log recovered');
  return { plan, origin, logId, key, begun: await head.begun(), sequencer };
}
