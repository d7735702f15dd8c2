/** What is posted to webhooks (Standard Webhooks 1.0.0), by its `type`. */
import { z } from 'zod';

const notice = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({
    id: z.string().describe('Of the alert: the same in every notice of it.'),
    verdict: z.enum(['expected', 'notable', 'unexpected', 'contradiction']),
    reasons: z.array(z.object({ rule: z.string(), words: z.string() })),
    facts: z.record(z.string(), z.unknown()),
    entry: z.url().optional().describe('The page with the proof.'),
    unanswered: z.literal(true).optional(),
  }),
});

const types = {
  'signing.notable': 'A signature with something new about it',
  'signing.unexpected': 'A signature that its owner did not expect',
  'signing.contradiction': 'Two statements that cannot both be true; passes every mute',
  'signing.expected': 'A signature that fits the rules of its owner',
  'signing.acknowledged': 'Somebody said: this was me',
  'signing.disputed': 'Somebody said: this was not me',
  'signing.reopened': 'What was said of a signature was taken back',
} as const;

const signature = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  name,
  in: 'header',
  required: true,
  schema: { type: 'string' },
}));

export function webhooks() {
  return Object.fromEntries(
    Object.entries(types).map(([type, summary]) => [
      type,
      {
        post: {
          summary,
          parameters: signature,
          requestBody: {
            required: true,
            content: { 'application/json': { schema: z.toJSONSchema(notice) } },
          },
          responses: {
            '2XX': { description: 'Taken' },
            410: { description: 'Never again: the webhook is switched off' },
          },
        },
      },
    ]),
  );
}
