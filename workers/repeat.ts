/** Does something again and again until told to stop; a failure is logged and the next time comes all the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#lib/server/logger.ts';

/** `run` says in how many milliseconds to run again. Resolves `stop` when the run under way is over. */
export function repeatedly(
  name: string,
  run: () => Promise<number>,
  logger: Logger,
): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const waitMs = await run().catch((error: unknown) => {
        logger.warn({ err: error, loop: name }, 'failed, will run again');
        return 1000;
      });
      await sleep(waitMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}
