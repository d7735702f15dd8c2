/** Waits for something to become true by asking again and again; what it last saw is in the error when it never does. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until<T>(
  look: () => Promise<T> | T,
  isDone: (seen: T) => boolean,
  patienceMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > deadline) {
      const shown = JSON.stringify(seen, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      throw new Error(`still not so after ${patienceMs} ms: ${shown}`);
    }
    await sleep(20);
  }
}
