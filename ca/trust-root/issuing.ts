/** Who issues now and who will, kept current while the process runs: a new generation needs no restart. */
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { toBase64 } from '#lib/encoding/base64.ts';
import type { Config } from '#lib/server/config.ts';
import type { Logger } from '#lib/server/logger.ts';
import { rememberAuthorities, type KnownAuthority } from './known-authorities.ts';
import type { Authority } from '../keys/authority.ts';
import {
  AuthorityGenerations,
  intermediates,
  timestampers,
  type IssuingAuthorities,
} from '../keys/generations.ts';

export interface Issuing {
  readonly inUse: Authority;
  readonly announced: readonly Authority[];
  readonly timestamps: Authority;
  /** All that were ever trusted, oldest first. */
  readonly known: readonly KnownAuthority[];
  /** Looks now, as it does every few seconds. */
  look(): void;
  /** Clients can learn of these by now: those of them whose time has come issue from here on. */
  published(listed: readonly KnownAuthority[]): void;
  /** Calls this whenever the list of the known is another. */
  onListed(tell: () => void): void;
}

export interface IssuingDeps {
  readonly fastify: FastifyInstance;
  readonly config: Config;
  readonly logger: Logger;
  readonly keySetFolder: string;
  /** Milliseconds. */
  readonly now: () => number;
}

interface State {
  readonly issuing: IssuingAuthorities;
  readonly stamping: IssuingAuthorities;
  readonly known: readonly KnownAuthority[];
}

const lookEveryMs = 5_000;

export function followGenerations(deps: IssuingDeps): Issuing {
  const { config, logger, keySetFolder } = deps;
  const generations = new AuthorityGenerations(config, keySetFolder, intermediates);
  const stampers = new AuthorityGenerations(config, keySetFolder, timestampers);
  const file = join(config.dataDir, 'trust', 'authorities.json');
  const read = (): State => {
    const now = new Date(deps.now());
    const issuing = generations.at(now);
    const stamping = stampers.at(now);
    const current = {
      codeSigning: issuing.inUse,
      announced: issuing.announced,
      timestamps: stamping.inUse,
      announcedTimestamps: stamping.announced,
    };
    return { issuing, stamping, known: rememberAuthorities(file, current, now) };
  };
  let state = read();
  let tell: () => void = () => undefined;
  const look = (): void => {
    try {
      const before = state;
      state = read();
      if (state.issuing.inUse !== before.issuing.inUse)
        logger.info('another intermediate issues from now on');
      if (state.stamping.inUse !== before.stamping.inUse) logger.info('another key timestamps from now on');
      if (JSON.stringify(state.known) !== JSON.stringify(before.known)) tell();
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
    get timestamps() {
      return state.stamping.inUse;
    },
    get known() {
      return state.known;
    },
    look,
    published: (listed) => {
      const chains = new Set(listed.map(({ chain }) => chain.join()));
      const isListed = ({ chain }: Authority) =>
        chains.has(chain.map(({ encoding }) => toBase64(encoding)).join());
      for (const each of [generations, stampers]) each.published(isListed);
      look();
    },
    onListed: (work) => {
      tell = work;
    },
  };
}
