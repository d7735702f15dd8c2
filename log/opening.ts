/** While a log cannot be opened yet: its writes and reads are answered with 503, and what may pass is tried again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { json, type Handler } from './http/exchange.ts';
import { Routes } from './http/routes.ts';
import { SequencerError } from './sequencer/entry.ts';

/** Of the system, of postgres.js, and SQLSTATEs: a database that is not there yet, a disk that is full or read-only. */
const passing = new Set(
  [
    'ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE ENOSPC EDQUOT EROFS',
    'CONNECT_TIMEOUT CONNECTION_CLOSED CONNECTION_ENDED CONNECTION_DESTROYED',
    '57P01 57P02 57P03 53100 53300',
  ].flatMap((codes) => codes.split(' ')),
);
const pauseMs = 500;

/** The process that sequences has not begun the log yet. */
export class NotBegunError extends Error {
  override readonly name = 'NotBegunError';

  constructor(log: string) {
    super(`the log ${log} was not begun yet`);
  }
}

export function mayPass(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof NotBegunError) return true;
    if (passing.has((at as { code?: string }).code ?? '')) return true;
  }
  return false;
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
