/**
 * One connection that does nothing but be there: when it ends, so have those of the pools, some with statements that will
 * never be answered. Whoever cannot tell which goes on from there begins anew.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from './logger.ts';
import { isDatabaseLost } from './lost-database.ts';

const retryMs = 500;

/** Resolves when the database answers, for which it waits; `onLost` is told once, unless it was closed before. */
export async function watchDatabase(
  url: string,
  logger: Logger,
  onLost: (error: Error) => void,
): Promise<{ close(): Promise<void> }> {
  for (;;) {
    try {
      return await connect(url, onLost);
    } catch (error) {
      if (!isDatabaseLost(error)) throw error;
      logger.error({ err: error }, 'the database cannot be used yet');
      await pause(retryMs);
    }
  }
}

async function connect(url: string, onLost: (error: Error) => void): Promise<{ close(): Promise<void> }> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    application_name: 'sigwatch-sentinel',
  });
  let tell: typeof onLost | undefined;
  const lost = (error?: Error): void => {
    tell?.(error ?? new Error('the connection was closed'));
    tell = undefined;
  };
  client.on('error', lost);
  client.on('end', () => lost());
  await client.connect();
  tell = onLost;
  return {
    close: () => {
      tell = undefined;
      return client.end();
    },
  };
}
