/**
 * ISSUERS_FILE while the process runs: read again when it changes. A file that is no good at start stops the start; one
 * that becomes no good is not used, the one before it is, and everybody who asks is told.
 */
import { readFileSync } from 'node:fs';
import type { Logger } from '#lib/server/logger.ts';
import { parseIssuers } from './issuers-file.ts';
import { IssuersError } from './issuer.ts';
import { issuersOf, type Issuers } from './issuers.ts';

// Looked at, not listened to: a file mounted into a container changes by a link being turned.
const intervalMs = 1_000;

export interface FollowedIssuers {
  /** Always what holds now. */
  readonly issuers: Issuers;
  /** Why the file as it is now is not used; undefined while it is. */
  problem(): string | undefined;
  stop(): void;
}

export interface FollowIssuersDeps {
  readonly caUrl: string;
  readonly file: string | undefined;
  readonly logger: Logger;
}

export function followIssuers({ caUrl, file, logger }: FollowIssuersDeps): FollowedIssuers {
  if (file === undefined) {
    const issuers = issuersOf(caUrl, { listed: [], wildcards: [] });
    return { issuers, problem: () => undefined, stop: () => undefined };
  }
  const read = (source: string): Issuers => issuersOf(caUrl, parseIssuers(source, file));
  let text: string | undefined = readSource(file);
  let current = read(text);
  let problem: string | undefined;
  const look = (): void => {
    const before = text;
    text = undefined;
    try {
      text = readSource(file);
      if (text === before) return;
      // Whoever writes in place empties the file first; whoever means nobody writes {}.
      if (text.trim() === '') throw new IssuersError(`ISSUERS_FILE ${file} is empty.`);
      current = read(text);
      problem = undefined;
      logger.warn(
        { issuers: current.listed.length, patterns: current.wildcards.length },
        'ISSUERS_FILE read anew',
      );
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      if (problem !== sentence)
        logger.error({ problem: sentence }, 'ISSUERS_FILE is no good; the one before it holds');
      problem = sentence;
    }
  };
  const timer = setInterval(look, intervalMs).unref();
  return {
    issuers: {
      get listed() {
        return current.listed;
      },
      get wildcards() {
        return current.wildcards;
      },
      find: (url) => current.find(url),
    },
    problem: () => problem,
    stop: () => clearInterval(timer),
  };
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IssuersError(`ISSUERS_FILE ${file} cannot be read.`, { cause });
  }
}
