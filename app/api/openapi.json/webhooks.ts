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

const news = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({
    key: z.string().describe('The same from the beginning of a matter to its end.'),
    log: z.string(),
    title: z.string(),
    text: z.string(),
    since: z.iso.datetime(),
    url: z.url(),
  }),
});

/** Of machines and logs, never in the words of an alert. */
const newsTypes = {
  'log.incident': 'A log contradicted itself',
  'service.trouble': 'Nobody can be told of what is signed in a log, for the time being',
  'service.recovered': 'That is over; what was missed is told now',
} as const;

const test = z.object({
  type: z.literal('test'),
  timestamp: z.iso.datetime(),
  data: z.object({ message: z.string() }),
});

const signature = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
  name,
  in: 'header',
  required: true,
  schema: { type: 'string' },
}));

export function webhooks() {
  const all = [
    ...Object.entries(types).map(([type, summary]) => [type, posted(summary, notice)] as const),
    ...Object.entries(newsTypes).map(([type, summary]) => [type, posted(summary, news)] as const),
    ['test', posted('Somebody pressed "Send a test"', test)] as const,
  ];
  return Object.fromEntries(all);
}

function posted(summary: string, body: z.ZodType) {
  return {
    post: {
      summary,
      parameters: signature,
      requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(body) } } },
      responses: {
        '2XX': { description: 'Taken' },
        410: { description: 'Never again: the webhook is switched off' },
      },
    },
  };
}
