/** Every queue on one page. Jobs are wake-ups that carry ids: what is due stands in PostgreSQL, and sweeps find it again. */
import { z } from 'zod';
import type { QueueDefinition } from '#lib/server/queue.ts';

const define = <Data extends object>(definition: QueueDefinition<Data>): QueueDefinition<Data> => definition;

/** Look at one log: read its head, verify, match. Repeats; a missed look is made up by the next. */
export const followQueue = define({
  name: 'follow',
  payload: z.strictObject({ logId: z.string() }),
  concurrency: 4,
  attempts: 1,
  backoffMs: 0,
});

/** Deliver one mail of mail_outbox. The row knows when the next attempt is due. */
export const deliverQueue = define({
  name: 'deliver',
  payload: z.strictObject({ outboxId: z.uuid() }),
  concurrency: 4,
  attempts: 1,
  backoffMs: 0,
});

/** mail, channels: what no wake-up reached. The others: what only time makes due. */
export const sweeps = [
  'mail',
  'channels',
  'unused-certificates',
  'unanswered',
  'intents',
  'digests',
] as const;

/** Find what is due and was not woken up: mail, other channels, certificates that nobody used. Repeats. */
export const sweepQueue = define({
  name: 'sweep',
  payload: z.strictObject({ task: z.enum(sweeps) }),
  concurrency: 1,
  attempts: 1,
  backoffMs: 0,
});
