/** A process of its own, since what it is about would keep its whole process from ever getting a turn. Says how it ended. */
import { createLogger } from '#lib/server/logger.ts';
import { openQueues } from '#lib/server/queue.ts';
import { z } from 'zod';

// Nothing has made BullMQ's tables in this database: the first connection is refused.
const queues = openQueues({
  databaseUrl: process.argv[2] ?? '',
  redisUrl: undefined,
  logger: createLogger('workers', 'silent'),
});
const definition = { name: 'n', payload: z.strictObject({}), concurrency: 1, attempts: 1, backoffMs: 1 };
const outcome = await queues
  .work(definition, () => Promise.resolve())
  .then(
    () => 'works',
    () => 'refused',
  );
setTimeout(() => {
  void queues.close().then(() => process.stdout.write(outcome));
}, 100);
