/** While a log cannot be opened yet: its writes and reads are answered with 503, and what may pass is tried again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { json, type Handler } from './http/exchange.ts';
import { Routes } from './http/routes.ts';
import { LeaseLostError } from './peers/lease.ts';
import { SequencerError } from './sequencer/entry.ts';

const words = (text: string): string[] => text.split(' ');
/** Of the system, of postgres.js, and SQLSTATEs: a database that is not there yet, or not any more. */
const connection = new Set([
  ...words('ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE'),
  ...words('CONNECT_TIMEOUT CONNECTION_CLOSED CONNECTION_ENDED CONNECTION_DESTROYED'),
  ...words('57P01 57P02 57P03 53300'),
]);
/** A disk that is full or read-only. */
const disk = new Set(words('ENOSPC EDQUOT EROFS 53100'));
const pauseMs = 500;

/** The process that sequences has not begun the log yet. */
export class NotBegunError extends Error {
  override readonly name = 'NotBegunError';

  constructor(log: string) {
    super(`the log ${log} was not begun yet`);
  }
}

export function mayPass(error: unknown): boolean {
  return causes(error).some((one) => one instanceof NotBegunError || disk.has(codeOf(one))) || isLost(error);
}

/** The connection to the database, or what hung on it, is gone. */
export function isLost(error: unknown): boolean {
  return causes(error).some(
    (one) => one instanceof LeaseLostError || connection.has(codeOf(one)) || isDeadSocket(one),
  );
}

/** postgres.js writes what waited for its turn to a socket that has closed in the meantime. */
function isDeadSocket(error: Error): boolean {
  return error instanceof TypeError && /\bnextWrite\b.*\bpostgres\b/.test(error.stack ?? '');
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function codeOf(error: Error): string {
  return (error as { code?: string }).code ?? '';
}

/** Tries until it works or fails for a reason that stays. `open` must leave nothing behind when it fails. */
export async function openPatiently<T>(open: () => Promise<T>, onWait: (error: unknown) => void): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!mayPass(error)) throw error;
      onWait(error);
      await sleep(pauseMs);
    }
  }
}

/** What is served until the logs are open. */
export class OpeningRoutes extends Routes {
  override find(_method: string, path: string): Handler {
    if (path === '/healthz') {
      return () => json(503, JSON.stringify({ status: 'NOT_SERVING', reason: 'the logs are being opened' }));
    }
    throw new SequencerError('stopped', 'the log is starting, try again');
  }
}

/** What is served while the database is lost: whatever needs only what was published. */
export class ReadingRoutes extends Routes {
  private readonly before: Routes;

  constructor(before: Routes) {
    super();
    this.before = before;
  }

  override find(method: string, path: string): Handler {
    if (path === '/healthz') {
      return () => json(503, JSON.stringify({ status: 'NOT_SERVING', reason: 'the database was lost' }));
    }
    if ((method === 'GET' || method === 'HEAD') && !path.startsWith('/peer/'))
      return this.before.find(method, path);
    throw new SequencerError('stopped', 'the database of the log was lost, try again');
  }
}
