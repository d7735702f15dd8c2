/** Who issues now and who will, kept current while the process runs: a new generation needs no restart. */
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import type { Config } from '#lib/server/config.ts';
import type { Logger } from '#lib/server/logger.ts';
import { rememberAuthorities, type KnownAuthority } from './known-authorities.ts';
import type { Authority } from '../keys/authority.ts';
import { AuthorityGenerations, type IssuingAuthorities } from '../keys/generations.ts';

export interface Issuing {
  readonly inUse: Authority;
  readonly announced: readonly Authority[];
  /** All that were ever trusted, oldest first. */
  readonly known: readonly KnownAuthority[];
  /** Looks now, as it does every few seconds. */
  look(): void;
}

export interface IssuingDeps {
  readonly fastify: FastifyInstance;
  readonly config: Config;
  readonly logger: Logger;
  readonly keySetFolder: string;
  readonly timestamps: Authority;
  /** Milliseconds. */
  readonly now: () => number;
}

const lookEveryMs = 5_000;

export function followGenerations(deps: IssuingDeps): Issuing {
  const { config, logger, timestamps } = deps;
  const generations = new AuthorityGenerations(config, deps.keySetFolder);
  const file = join(config.dataDir, 'trust', 'authorities.json');
  const read = (): { issuing: IssuingAuthorities; known: KnownAuthority[] } => {
    const now = new Date(deps.now());
    const issuing = generations.at(now);
    const current = { codeSigning: issuing.inUse, announced: issuing.announced, timestamps };
    return { issuing, known: rememberAuthorities(file, current, now) };
  };
  let state = read();
  const look = (): void => {
    try {
      const before = state.issuing.inUse;
      state = read();
      if (state.issuing.inUse !== before) logger.info('another intermediate issues from now on');
    } catch (error) {
      // A folder half made by hand must not stop what works.
      logger.error({ err: error }, 'the next authority cannot be read');
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  deps.fastify.addHook('onClose', async () => clearInterval(timer));
  return {
    get inUse() {
      return state.issuing.inUse;
    },
    get announced() {
      return state.issuing.announced;
    },
    get known() {
      return state.known;
    },
    look,
  };
}
