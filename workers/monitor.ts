/**
 * The monitor, put together and set going: queues, what works on them, and what keeps them fed. Nothing here remembers
 * anything that PostgreSQL does not know: any of it may be killed and started again, here or on another machine.
 */
import type { Sql } from '#lib/server/database.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import type { Logger } from '#lib/server/logger.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import type { MailTransport } from '#lib/server/mail/transport.ts';
import type { OwnPlaces } from '#lib/server/own-places.ts';
import type { Queues } from '#lib/server/queue.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import { returnPathOf, stopPathOf } from './alert/bounces.ts';
import { deliver } from './alert/deliver.ts';
import { queueDigests } from './alert/digest.ts';
import { escalate } from './alert/escalate.ts';
import { sweepMail } from './alert/sweep.ts';
import { findUnusedIntents } from './alert/unused-intents.ts';
import { findUnusedCertificates } from './alert/unused.ts';
import { sweepDeliveries } from './alert/deliveries.ts';
import { lookAtLog } from './follow/follow.ts';
import { withLogLock } from './follow/log-lock.ts';
import { registerKnownLogs } from './follow/known-logs.ts';
import { Patience } from './follow/patience.ts';
import { logSources, type OpenSource } from './follow/sources.ts';
import { TufRoots } from '#lib/server/tuf-roots.ts';
import { fetchTrustedRoot, rememberedTrustedRoot } from './follow/trust.ts';
import { Heartbeat } from './heartbeat.ts';
import { CurrentWatches } from './match/current-watches.ts';
import { IndexingThreads } from './match/indexing-threads.ts';
import { deliverQueue, followQueue, sweepQueue } from './queues.ts';
import { repeatedly } from './repeat.ts';
import { keepRepeating, looksOf, sweepsOf } from './schedules.ts';
import { Canary, type CanarySettings } from './tend/canary.ts';
import { compareSightings } from './tend/sightings.ts';
import { rereadSome } from './tend/reread.ts';
import { tend } from './tend/tend.ts';
import { tellOfTroubles } from './tend/troubles.ts';
import { TrustKeeper } from './trust-keeper.ts';

export interface MonitorParts {
  readonly sql: Sql;
  /** For session locks: its connections are never renewed. */
  readonly locks: Sql;
  readonly queues: Queues;
  /** Undefined when no way out is set up: mail waits. */
  readonly transport: MailTransport | undefined;
  readonly logger: Logger;
}

export interface MonitorSettings {
  /** Serves trusted_root.json. */
  readonly trustUrl: string;
  readonly webUrl: string;
  /** Logs to follow beside those of the trust root. */
  readonly logsFile?: string | undefined;
  /** Where TUF clients of LOGS_FILE keep what they know. */
  readonly tufFolder: string;
  readonly mailFrom: string;
  /** Where mail that does not arrive comes back to, for each mail with its own tag. */
  readonly bounceAddress?: string | undefined;
  /** Mail to that address is read by this very service. */
  readonly readsBounces?: boolean;
  /** Told of machines in trouble. */
  readonly operators?: readonly string[];
  readonly pollMs: number;
  /** Of logs that others run: often enough to tell within seconds, seldom enough to be a guest. */
  readonly othersPollMs: number;
  readonly sweepMs: number;
  /** How long a certificate may stay without a signature before its owner is told. */
  readonly unusedAfterMs: number;
  readonly tendMs: number;
  readonly crossLogAfterMs: number;
  /** How often the trust root is read, and with it which logs there are. */
  readonly trustEveryMs: number;
  /** How often repositories of LOGS_FILE are asked for theirs: what is signed in a new shard is told of no sooner. */
  readonly tufEveryMs: number;
  /** How often witnesses and peers are asked what they saw. */
  readonly sightingsMs: number;
  /** How often it is asked whether older entries are to be read again. */
  readonly rereadMs: number;
  /** Undefined: the monitor does not sign itself. */
  readonly canary?: CanarySettings | undefined;
  /** Opens the addresses and secrets of channels. */
  readonly sealing: Sealing;
  /** Webhooks may lead to this very machine: for a demonstration alone. */
  readonly webhookLoopback?: boolean;
  /** Where no webhook may lead. */
  readonly ownPlaces?: OwnPlaces;
}

export const defaultSettings = {
  pollMs: 250,
  othersPollMs: 2_000,
  sweepMs: 3_000,
  unusedAfterMs: 10 * 60_000,
  tendMs: 5_000,
  crossLogAfterMs: 10 * 60_000,
  trustEveryMs: 60_000,
  tufEveryMs: 50_000,
  sightingsMs: 60_000,
  rereadMs: 10_000,
} as const;

const trustRetryMs = 500;
const troublesMs = 5_000;
/** Whatever is new goes first. */
const betweenRereadsMs = 50;
const keepEveryMs = 5_000;
/** Long work is given back to the queue now and then, so that other work and a shutdown get their turn. */
const turnMs = 10_000;

/** Resolves when everything runs; `stop` ends the loops, the queues are closed by whoever opened them. */
export async function startMonitor(
  parts: MonitorParts,
  settings: MonitorSettings,
): Promise<{ stop: () => Promise<void> }> {
  const { sql, queues, logger } = parts;
  const watches = new CurrentWatches(sql);
  const trust = keepTrust(parts, settings);
  const follow = await queues.queue(followQueue);
  const sweeps = await queues.queue(sweepQueue);
  const deliveries = await queues.queue(deliverQueue);
  const heartbeat = new Heartbeat(sql);

  const outbox = await sql.listen(outboxChannel, (outboxId) => {
    void deliveries.add({ outboxId }, outboxId).catch((error: unknown) => {
      logger.warn({ err: error }, 'mail wake-up lost, the sweep will find it');
    });
  });
  const changes = await sql.listen('account_watch', () => {
    void watches.refresh().catch((error: unknown) => logger.warn({ err: error }, 'watches not read'));
  });

  const openSource = logSources();
  const indexing = new IndexingThreads();
  const following = { watches, indexing, trust, openSource };
  await workOnQueues(parts, settings, following);
  const loops = [
    ...watchfulLoops(parts, settings, following),
    repeatedly(
      'schedules',
      async () => {
        await heartbeat.beat();
        await keepRepeating(sweeps, sweepsOf(settings));
        if (trust.isKnown) await keepRepeating(follow, await looksOf(sql, settings));
        return trust.isKnown ? keepEveryMs : trustRetryMs;
      },
      logger,
    ),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await Promise.all([outbox.unlisten(), changes.unlisten(), heartbeat.stop(), indexing.close()]);
    },
  };
}

/** What is done beside reading and telling: looking at ourselves, at what others saw, at what was read before. */
function watchfulLoops(
  { sql, logger }: MonitorParts,
  settings: MonitorSettings,
  { indexing, trust, openSource }: Following,
): ReturnType<typeof repeatedly>[] {
  const canary = settings.canary && new Canary(sql, settings.canary);
  return [
    repeatedly(
      'tend',
      async () => {
        if (trust.isKnown) await tend(sql, canary, settings);
        return settings.tendMs;
      },
      logger,
    ),
    repeatedly(
      'troubles',
      async () => {
        await tellOfTroubles(sql, { operators: settings.operators ?? [], webUrl: settings.webUrl });
        return troublesMs;
      },
      logger,
    ),
    repeatedly(
      'sightings',
      async () => {
        await compareSightings({ sql, logger, openSource, webUrl: settings.webUrl }, trust.peers);
        return settings.sightingsMs;
      },
      logger,
    ),
    repeatedly(
      'reread',
      async () => {
        const authorities = () => trust.authorities;
        const reread = { sql, logger, openSource, indexing, authorities };
        return trust.isKnown && (await rereadSome(reread)) ? betweenRereadsMs : settings.rereadMs;
      },
      logger,
    ),
    repeatedly('trust', async () => ((await trust.refresh()) ? settings.trustEveryMs : trustRetryMs), logger),
  ];
}

function keepTrust(
  { sql, logger }: MonitorParts,
  { trustUrl, webUrl, logsFile, tufFolder, tufEveryMs }: MonitorSettings,
): TrustKeeper {
  const tuf = new TufRoots(tufFolder, logger, tufEveryMs);
  const fetch = guardedFetch(trustUrl, { longestWaitMs: 2_000 });
  return new TrustKeeper({
    fetch: () => fetchTrustedRoot(sql, fetch),
    remembered: () => rememberedTrustedRoot(sql),
    use: (root) => registerKnownLogs({ sql, logger, webUrl, logsFile, tuf }, root),
    logger,
  });
}

interface Following {
  readonly watches: CurrentWatches;
  readonly indexing: IndexingThreads;
  readonly trust: TrustKeeper;
  readonly openSource: OpenSource;
}

async function workOnQueues(
  { sql, locks, queues, transport, logger }: MonitorParts,
  settings: MonitorSettings,
  { watches, indexing, trust, openSource }: Following,
): Promise<void> {
  const { webUrl, mailFrom: from } = settings;
  const authorities = () => trust.authorities;
  const patience = new Patience();
  const following = { sql, logger, openSource, patience, watches, indexing, authorities, webUrl };
  await queues.work(followQueue, async ({ logId }) => {
    // Without authorities every certificate would look forged.
    if (!trust.isKnown) return;
    const until = Date.now() + turnMs;
    await withLogLock(locks, logId, () => lookAtLog(following, logId, until));
  });
  const channels = {
    sql,
    logger,
    webUrl,
    sealing: settings.sealing,
    outbound: {
      allowLoopback: settings.webhookLoopback === true,
      ...(settings.ownPlaces === undefined ? {} : { own: settings.ownPlaces }),
    },
  };
  const returnPath =
    settings.bounceAddress === undefined ? undefined : returnPathOf(settings.sealing, settings.bounceAddress);
  const stopPath =
    settings.bounceAddress === undefined || settings.readsBounces !== true
      ? undefined
      : stopPathOf(settings.sealing, settings.bounceAddress);
  const deliverOne =
    transport &&
    ((outboxId: string) => deliver({ sql, transport, logger, from, webUrl, returnPath, stopPath }, outboxId));
  await queues.work(sweepQueue, async ({ task }) => {
    const now = new Date();
    switch (task) {
      case 'unused-certificates':
        return void (await findUnusedCertificates(sql, settings.unusedAfterMs, turnMs));
      case 'unanswered':
        return void (await escalate(sql, now));
      case 'intents':
        return void (await findUnusedIntents(sql, now));
      case 'digests':
        return void (await queueDigests(sql, now));
      case 'channels':
        return sweepDeliveries(channels, turnMs);
      case 'mail':
        return deliverOne && sweepMail(sql, deliverOne, turnMs);
    }
  });
  if (deliverOne === undefined) return;
  await queues.work(deliverQueue, async ({ outboxId }) => {
    await deliverOne(outboxId);
  });
}
