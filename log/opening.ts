/** While a log cannot be opened yet: its writes and reads are answered with 503, and what may pass is tried again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { causesOf, codeOf, isDatabaseLost } from '#lib/server/lost-database.ts';
import { json, type Handler } from './http/exchange.ts';
import { Routes } from './http/routes.ts';
import { LeaseLostError } from './peers/lease.ts';
import { SequencerError } from './sequencer/entry.ts';
import { StorageError } from './storage/objects.ts';

/** A disk that is full or read-only. */
const disk = new Set(['ENOSPC', 'EDQUOT', 'EROFS', '53100']);
const pauseMs = 500;

/** The process that sequences has not begun the log yet. */
export class NotBegunError extends Error {
  override readonly name = 'NotBegunError';

  constructor(log: string) {
    super(`the log ${log} was not begun yet`);
  }
}

export function mayPass(error: unknown): boolean {
  return (
    causesOf(error).some((one) => one instanceof NotBegunError || disk.has(codeOf(one))) || isLost(error)
  );
}

/** The connection to the database or the tile store, or what hung on it, is gone. */
export function isLost(error: unknown): boolean {
  const isGone = (one: Error): boolean => one instanceof LeaseLostError || isStoreGone(one);
  return isDatabaseLost(error) || causesOf(error).some(isGone);
}

function isStoreGone(error: Error): boolean {
  return error instanceof StorageError && error.code === 'unavailable';
}

export interface Patience {
  /** Told of each failure that may pass. */
  onWait(error: unknown): void;
  /** Nobody wants it any more. */
  isOver(): boolean;
}

/**
 * Tries until it works, fails for a reason that stays, or is over. `open` must leave nothing behind when it fails.
 */
export async function openPatiently<T>(open: () => Promise<T>, { onWait, isOver }: Patience): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!mayPass(error) || isOver()) throw error;
      onWait(error);
      await sleep(pauseMs);
    }
  }
}

/** What is waited for, in words for anybody: nothing of the error itself. */
export function reasonOfWait(error: unknown): string {
  if (causesOf(error).some((one) => one instanceof NotBegunError))
    return 'the process that sequences has not begun all logs yet';
  if (causesOf(error).some(isStoreGone)) return 'the tile store cannot be used';
  if (isLost(error)) return 'the database cannot be used';
  return 'the disk is full or cannot be written';
}

const unhealthy = (reason: string): Handler => {
  return () => json(503, JSON.stringify({ status: 'NOT_SERVING', reason }));
};

/** What is served until the logs are open for the first time. */
export class OpeningRoutes extends Routes {
  /** As far as it is known what is waited for. */
  waitsFor: string | undefined;

  override find(_method: string, path: string): Handler {
    const cause = this.waitsFor === undefined ? '' : `: ${this.waitsFor}`;
    if (path === '/healthz') return unhealthy(`the logs are being opened${cause}`);
    throw new SequencerError('stopped', 'the log is starting, try again');
  }
}

/** What is served while database, tile store or disk cannot be used: whatever needs only what was published. */
export class ReadingRoutes extends Routes {
  private readonly before: Routes;
  waitsFor: string;

  constructor(before: Routes, waitsFor: string) {
    super();
    this.before = before;
    this.waitsFor = waitsFor;
  }

  override find(method: string, path: string): Handler {
    if (path === '/healthz') {
      return unhealthy(`reads go on, entries are refused: ${this.waitsFor}`);
    }
    if ((method === 'GET' || method === 'HEAD') && !path.startsWith('/peer/'))
      return this.before.find(method, path);
    throw new SequencerError('stopped', `${this.waitsFor}, try again`);
  }
}
