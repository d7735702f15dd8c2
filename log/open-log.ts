/**
 * Opens one log: its key, its place on disk, its head in the database, and over them the sequencer, or the way to the
 * process that has it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#crypto/sha256.ts';
import { keyFolder, keyPassphrase, requireDatabaseUrl, type Config } from '#lib/server/config.ts';
import { openSql } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { logIdOf, logVerifier } from '#lib/note/log-verifier.ts';
import { Anchor } from './anchor.ts';
import type { LogMetrics } from './http/log-metrics.ts';
import {
  loadKey,
  loadOrMakeKey,
  noteSigner,
  type SigningKey,
  type SigningKeyType,
} from '#lib/server/signing-key.ts';
import { NotBegunError, openPatiently, type Patience } from './opening.ts';
import { treeIdOf } from './rekor/tree-v1.ts';
import type { LeaderClient } from './peers/leader-client.ts';
import { RemoteLog } from './peers/remote-log.ts';
import { PostgresHead, readBegun, readHead, type LogIdentity } from './sequencer/commit.ts';
import type { BundleCodec } from './sequencer/entry.ts';
import type { LogWriter } from './sequencer/log-writer.ts';
import { checkpointPath } from './sequencer/publish.ts';
import { Sequencer } from './sequencer/sequencer.ts';
import type { PublishedLog } from './read/published-log.ts';
import { Scrub } from './read/scrub.ts';
import type { Scope } from './scope.ts';
import { openObjects, openStorage } from './storage/open-storage.ts';
import { openWitnesses, requireReadablePolicy } from './witness/open.ts';
import type { ProveConsistency } from './witness/witness-client.ts';

export interface LogPlan {
  readonly name: string;
  readonly kind: 'rekor-v2' | 'rekor-v1' | 'ct';
  /** What the log signs as, and calls itself; a Rekor v1 tree adds its id to that. */
  readonly origin: string;
  /** Where clients reach it. */
  readonly baseUrl: string;
  readonly keyType: SigningKeyType;
  readonly codec: BundleCodec;
}

export interface OpenLog {
  readonly plan: LogPlan;
  readonly origin: string;
  readonly logId: Uint8Array;
  readonly key: SigningKey;
  readonly begun: Date;
  readonly sequencer: LogWriter;
  /** Looks at what is stored; unset in a process that does not sequence. */
  readonly scrub?: Scrub;
}

export interface Surroundings {
  readonly config: Config;
  readonly logger: Logger;
  readonly lifetime: Pick<Scope, 'onEnd' | 'fail' | 'isClosed'>;
  readonly metrics?: LogMetrics;
  /** Set in a process that does not sequence. */
  readonly leader?: LeaderClient;
  /** We hold the lease: whoever still holds the lock of a log is over. */
  readonly holdsLease?: boolean;
  /** Told of what has to pass before a log can be opened. */
  readonly onWait?: (error: unknown) => void;
}

/** Tries again while database or disk cannot be used for a reason that passes. */
export function openLog(plan: LogPlan, surroundings: Surroundings): Promise<OpenLog> {
  const { config, logger, lifetime, leader, holdsLease = false } = surroundings;
  const patience: Patience = {
    onWait: (error) => {
      logger.error({ err: error, log: plan.name }, 'cannot be opened yet');
      surroundings.onWait?.(error);
    },
    isOver: () => lifetime.isClosed,
  };
  if (leader !== undefined) return openPatiently(() => openRemote(plan, leader, surroundings), patience);
  const named = nameOf(plan, loadOrMakeKey(keyPath(plan, config), plan.keyType, keyPassphrase(config)));
  return openPatiently(async () => {
    const head = await PostgresHead.open(requireDatabaseUrl(config), named.identity, { holdsLease });
    try {
      return await openWith(head, named, surroundings);
    } catch (error) {
      await head.close();
      throw error;
    }
  }, patience);
}

type Named = Pick<OpenLog, 'plan' | 'key' | 'logId' | 'origin'> & { readonly identity: LogIdentity };

export const keyPath = ({ name }: LogPlan, config: Config): string =>
  join(keyFolder(config, 'log'), `${name}.pem`);

function nameOf(plan: LogPlan, key: SigningKey): Named {
  const logId = logIdOf(plan.origin, key.spki);
  const origin = plan.kind === 'rekor-v1' ? `${plan.origin} - ${treeIdOf(key.spki)}` : plan.origin;
  const identity = { logId: toHex(logId), origin, keyFingerprint: sha256(key.spki) };
  return { plan, key, logId, origin, identity };
}

/** Begun by the process that sequences, which also makes the key. */
async function openRemote(
  plan: LogPlan,
  leader: LeaderClient,
  { config, logger, lifetime }: Surroundings,
): Promise<OpenLog> {
  if (config.witnesses !== undefined && !config.logReadOnly) requireReadablePolicy(config.witnesses);
  const path = keyPath(plan, config);
  if (!existsSync(path)) throw new NotBegunError(plan.name);
  const { key, logId, origin, identity } = nameOf(plan, loadKey(path, plan.keyType, keyPassphrase(config)));
  const sql = openSql(requireDatabaseUrl(config), { max: 1, name: 'log-look' });
  try {
    const objects = openObjects(config, identity.logId);
    const isBegun = (await readHead(sql, identity)) !== undefined;
    if (!isBegun || (await objects.read(checkpointPath)) === undefined) throw new NotBegunError(plan.name);
    const remote = await RemoteLog.open({
      logId: identity.logId,
      verifier: logVerifier(plan.origin, key.spki),
      objects,
      codec: plan.codec,
      leader,
      readOnly: config.logReadOnly,
      isWitnessed: config.witnesses !== undefined,
      onTrouble: (error) => logger.error({ err: error, log: plan.name }, 'what is published cannot be read'),
    });
    lifetime.onEnd(`${plan.name} follower`, () => remote.close());
    return { plan, origin, logId, key, begun: await readBegun(sql, identity), sequencer: remote };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function openWith(head: PostgresHead, named: Named, surroundings: Surroundings): Promise<OpenLog> {
  const { plan, key, logId, origin, identity } = named;
  const { config, logger, lifetime, metrics } = surroundings;
  const { objects, staged } = await openStorage(config, identity.logId);
  // It proves consistency from what the sequencer published, and the sequencer asks it: one of them comes first.
  const published = (): PublishedLog => sequencer.published;
  const prove: ProveConsistency = (oldSize, newSize) => published().consistency(oldSize, newSize);
  const asked = { origin, name: plan.origin, spki: key.spki };
  const witnesses = config.witnesses && openWitnesses(asked, config.witnesses, prove, logger);
  const { witnessing } = witnesses ?? {};
  const sequencer: Sequencer = await Sequencer.open({
    head,
    objects,
    staged,
    codec: plan.codec,
    naming: { origin, signers: [noteSigner(plan.origin, key)] },
    onFatal: (error) => lifetime.fail(error),
    witnessing,
    refusal: witnesses?.refusal,
    onBatch: metrics && ((told) => metrics.told(plan.name, told)),
    onTrouble: (error) => logger.error({ err: error, log: plan.name }, 'a batch was given up'),
  });
  lifetime.onEnd(`${plan.name} head`, () => head.close());
  if (witnessing !== undefined) lifetime.onEnd(`${plan.name} witnesses`, () => witnessing.close());
  lifetime.onEnd(`${plan.name} sequencer`, () => sequencer.close());
  await witnesses?.refuseIfBehind(sequencer.published.head);
  if (config.logAnchorDir !== undefined) {
    const anchor = new Anchor(config.logAnchorDir, identity.logId, origin);
    await anchor.refuseIfOlder(sequencer.published);
    const onTrouble = (error: unknown): void => logger.error({ err: error, log: plan.name }, 'no anchor');
    lifetime.onEnd(`${plan.name} anchor`, anchor.follow(sequencer.published, onTrouble));
  }
  const scrub = new Scrub({
    // Past what the other reader keeps in memory.
    objects: openObjects(config, identity.logId),
    codec: plan.codec,
    head: () => sequencer.published.head,
    onFault: (problem) => logger.error({ log: plan.name, problem }, 'the log is damaged'),
  });
  lifetime.onEnd(`${plan.name} scrub`, () => scrub.close());
  logger.info({ log: plan.name, size: sequencer.published.head.size.toString() }, 'log recovered');
  return { plan, origin, logId, key, begun: await head.begun(), sequencer, scrub };
}
