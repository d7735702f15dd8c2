/**
 * The TUF repository inside the running authority: served at /tuf, brought up to date every minute, signed anew every
 * day. A failure here stops no certificate; /healthz says it.
 */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { keyFolder, keyPassphrase, type Config } from '#lib/server/config.ts';
import type { Logger } from '#lib/server/logger.ts';
import { serveRepository } from './http.ts';
import { withLock } from './lock.ts';
import type { PublishedFile } from './metadata.ts';
import { publish, type RepositoryPlace } from './publish.ts';
import { RoleKeyFolder } from './role-keys.ts';
import { TufError } from './tuf-error.ts';
import { healthOf, type TufHealth } from './tuf-health.ts';

export interface TufDeps {
  readonly fastify: FastifyInstance;
  readonly config: Config;
  readonly logger: Logger;
  readonly readTargets: () => Wanted;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface Wanted {
  /** Nothing while it is not whole yet. */
  readonly files: readonly PublishedFile[];
  /** Called once clients find these files. */
  published(): void;
}

export interface MountedTuf {
  health(): TufHealth;
  /** PEM: of every role, here or offline. */
  publicKeys(): readonly string[];
  /** Does now what the next minute would do. */
  publishNow(): Promise<void>;
}

const roundMs = 60_000;
// Until the first publication: whoever waits for it, waits for this.
const firstRoundMs = 250;

export function repositoryPlace(config: Config): RepositoryPlace {
  const folder = join(keyFolder(config, 'ca'), 'tuf');
  return { folder: join(config.dataDir, 'tuf'), keys: new RoleKeyFolder(folder, keyPassphrase(config)) };
}

export function mountTuf({ fastify, config, logger, readTargets, now }: TufDeps): MountedTuf {
  const place = repositoryPlace(config);
  let health: TufHealth = notYet('Nothing is published yet: the logs of this instance have not been heard.');
  let publicKeys: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const publishNow = async (): Promise<void> => {
    try {
      const { files, published } = readTargets();
      if (files.length === 0) return;
      const at = new Date(now());
      const done = withLock(place.keys.folder, () => publish(place, files, at));
      const { repository, waiting, isCurrent } = done;
      health = healthOf(repository, waiting, at);
      for (const sentence of waiting) logger.warn({ sentence }, 'tuf: a signature is missing');
      const { keys } = repository.root.metadata.signed;
      const all = [...Object.values(keys), ...place.keys.all().map(({ key }) => key)];
      publicKeys = all.flatMap(({ keyVal }) => keyVal.public ?? []);
      if (isCurrent) published();
    } catch (error) {
      if (error instanceof TufError && error.code === 'busy') return;
      logger.error({ err: error }, 'tuf: cannot publish');
      health = { ...health, ok: false, warnings: [error instanceof Error ? error.message : 'unknown'] };
    }
  };
  const loop = async (): Promise<void> => {
    await publishNow();
    const wait = health.rootVersion === undefined ? firstRoundMs : roundMs;
    if (!stopped) timer = setTimeout(() => void loop(), wait).unref();
  };
  fastify.addHook('onClose', async () => {
    stopped = true;
    clearTimeout(timer);
  });
  serveRepository(fastify, place.folder);
  void loop();
  return { health: () => health, publicKeys: () => publicKeys, publishNow };
}

function notYet(sentence: string): TufHealth {
  return { ok: true, rootVersion: undefined, ends: {}, warnings: [sentence] };
}
