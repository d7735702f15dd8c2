/** What a delivery tells, read from the tables in the transaction that holds the delivery. */
import { z } from 'zod';
import { factsSchema } from '#lib/rules/facts.ts';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import type { Notice, Target, ToldAlert } from './channels/channel.ts';
import { newsSchema } from './news.ts';

const claimDelivery = namedSql('claim-delivery');
const readTold = namedSql('alert-told');
const readSiblings = namedSql('channel-siblings');

const claimed = z.object({
  id: z.string(),
  alert_id: z.string().nullable(),
  kind: z.enum(['alert', 'test', 'replay', 'second', 'answer', 'news']),
  news: newsSchema.nullable(),
  webhook_id: z.string(),
  attempts: z.int(),
  created_at: z.date(),
  channel_id: z.string(),
  channel_kind: z.enum(['webhook', 'slack', 'teams', 'discord', 'pagerduty', 'mail']),
  url: z.string(),
  secret: z.string(),
  private_key: z.string(),
  previous_secret: z.string().nullable(),
  is_off: z.boolean(),
});
export type Claimed = z.infer<typeof claimed>;

/** Undefined when it is not due, or somebody else's. Held while the transaction lives. */
export async function claim(transaction: Transaction, deliveryId: string): Promise<Claimed | undefined> {
  const [row] = await transaction.unsafe(claimDelivery, [deliveryId]);
  return row === undefined ? undefined : claimed.parse(row);
}

type Keys = Pick<Claimed, 'channel_id' | 'url' | 'secret' | 'private_key' | 'previous_secret'>;

const siblingRow = claimed.pick({
  channel_id: true,
  url: true,
  secret: true,
  private_key: true,
  previous_secret: true,
});

/** Where it goes, with the keys of every watch that is told there. */
export async function targetOf(transaction: Transaction, sealing: Sealing, row: Claimed): Promise<Target> {
  const siblings = row.kind === 'test' ? [] : await transaction.unsafe(readSiblings, [row.channel_id]);
  const all: Keys[] = [row, ...z.array(siblingRow).parse([...siblings])];
  const open = ({ channel_id: id }: Keys, part: string, text: string) =>
    sealing.open(`account_channel ${id} ${part}`, text);
  return {
    url: open(row, 'url', row.url),
    secrets: all.flatMap((keys) =>
      [keys.secret, keys.previous_secret].flatMap((secret) =>
        secret === null ? [] : [open(keys, 'secret', secret)],
      ),
    ),
    privateKeys: all.map((keys) => open(keys, 'private_key', keys.private_key)),
  };
}

const occasions = {
  alert: 'alert',
  replay: 'alert',
  second: 'unanswered',
  answer: 'answer',
  test: 'test',
  news: 'news',
} as const;

export async function noticeOf(transaction: Transaction, row: Claimed, webUrl: string): Promise<Notice> {
  const alert =
    row.alert_id === null ? undefined : await toldAlert(transaction, row.alert_id, row.channel_id);
  return {
    occasion: occasions[row.kind],
    eventId: alert?.eventId ?? row.news?.key ?? row.webhook_id,
    at: row.created_at.toISOString(),
    webUrl,
    alert: alert?.told,
    news: row.news ?? undefined,
  };
}

const instant = z.date().transform((at) => at.toISOString());
const toldRow = z.object({
  id: z.string(),
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
  facts: factsSchema,
  event_id: z.string(),
  watches: z.array(z.object({ kind: z.string(), value: z.string() })),
  count: z.int(),
  first: instant,
  last: instant,
  answer: z.string().nullable(),
  answered_by: z.string().nullable(),
  answered_at: z.date().nullable(),
});

async function toldAlert(
  transaction: Transaction,
  alertId: string,
  channelId: string,
): Promise<{ eventId: string; told: ToldAlert }> {
  const [row] = await transaction.unsafe(readTold, [alertId, channelId]);
  const { id, verdict, reasons, facts, watches, count, first, last, ...rest } = toldRow.parse(row);
  const answer =
    rest.answer === null || rest.answered_by === null || rest.answered_at === null
      ? undefined
      : { answer: rest.answer, by: rest.answered_by, at: rest.answered_at.toISOString() };
  const told = { id, verdict, reasons, facts, watches, event: { count, first, last }, answer };
  return { eventId: rest.event_id, told };
}
