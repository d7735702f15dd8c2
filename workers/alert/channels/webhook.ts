/**
 * Alerts for machines, as Standard Webhooks 1.0.0: the same three steps as every channel. A repeat carries the same
 * webhook-id; 410 switches the channel off; what is answered otherwise than 2xx is tried again for three days.
 */
import { z } from 'zod';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
import { factsSchema } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { postOutbound, type OutboundAnswer, type OutboundOptions } from '#lib/server/outbound-fetch.ts';
import { webhookHeaders } from '#lib/server/webhook-signature.ts';

const claimDelivery = namedSql('claim-delivery');

const claimed = z.object({
  id: z.string(),
  alert_id: z.string().nullable(),
  kind: z.enum(['alert', 'test', 'replay']),
  webhook_id: z.string(),
  attempts: z.int(),
  created_at: z.date(),
  channel_id: z.string(),
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

const alertRow = z.object({
  verdict: z.enum(verdicts),
  reasons: reasonsSchema,
  facts: factsSchema,
  count: z.int(),
  first: z.date(),
  last: z.date(),
});

/** The body. It holds no link that proves anything: whoever runs the receiver is not the owner of the mailbox. */
export async function render(transaction: Transaction, delivery: Claimed, webUrl: string): Promise<string> {
  const timestamp = delivery.created_at.toISOString();
  if (delivery.alert_id === null)
    return JSON.stringify({
      type: 'test',
      timestamp,
      data: { message: 'This is a test. Nothing was signed.' },
    });
  const [row] = await transaction`
    SELECT alert.verdict, alert.reasons, alert.facts, event.count, event.first, event.last
    FROM alert_alert alert CROSS JOIN LATERAL (
      SELECT count(*)::int AS count, min(same.happened_at) AS first, max(same.happened_at) AS last
      FROM alert_alert same WHERE same.id = alert.id OR same.mail_id = alert.mail_id) event
    WHERE alert.id = ${delivery.alert_id}`;
  const { verdict, reasons, facts, ...event } = alertRow.parse(row);
  const entry = `${webUrl}/e/${encodeURIComponent(facts.logId)}/${facts.index}`;
  return JSON.stringify({
    type: `signing.${verdict}`,
    timestamp,
    data: { id: delivery.alert_id, verdict, reasons, facts, event, entry },
  });
}

export async function send(
  delivery: Claimed,
  body: string,
  options: OutboundOptions,
): Promise<OutboundAnswer> {
  const secrets = [delivery.secret, delivery.previous_secret].filter((secret) => secret !== null);
  const message = { id: delivery.webhook_id, timestamp: Math.floor(Date.now() / 1000), body };
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'sigwatch-webhook/1',
    ...webhookHeaders(message, { secrets, privateKey: delivery.private_key }),
  };
  return postOutbound({ url: delivery.url, headers, body }, options);
}
