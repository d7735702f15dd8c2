/** Waits for something that becomes true, up to a deadline; the failure is the last thing that was wrong. */
import { setTimeout as pause } from 'node:timers/promises';

export async function eventually<T>(look: () => Promise<T> | T, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(25);
    }
  }
}
