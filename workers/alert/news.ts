/**
 * What is told to channels and is about no signature: a log that contradicts itself, a log that cannot be read. Never in
 * the words of an alert, and without a word of what anybody watches.
 */
import { z } from 'zod';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const queueNewsDeliveries = namedSql('alert-queue-news');

export const newsSchema = z.object({
  /** log.incident: the log broke its word. service.trouble: a machine is in trouble. service.recovered: no longer. */
  type: z.enum(['log.incident', 'service.trouble', 'service.recovered']),
  /** The same from the beginning of a matter to its end. */
  key: z.string(),
  log: z.string(),
  title: z.string(),
  text: z.string(),
  since: z.iso.datetime(),
  url: z.url(),
});
export type News = z.infer<typeof newsSchema>;

/** Once for each address of these watches; `undefined`: of all watches. */
export async function queueNews(
  transaction: Transaction,
  news: News,
  watches?: readonly string[],
): Promise<number> {
  const queued = await transaction.unsafe(queueNewsDeliveries, [
    `${news.type} ${news.key}`,
    JSON.stringify(news),
    watches === undefined ? 'all' : 'some',
    [...(watches ?? [])],
  ]);
  return queued.length;
}
