/** What the API takes and gives of alerts. */
import { z } from 'zod';
import { factsSchema } from '#lib/rules/facts.ts';
import { verdicts } from '#lib/rules/verdict.ts';
import { pageCursor } from '../api/page-cursor.ts';
import { states } from './store.ts';

const listOf = <T extends string>(values: readonly T[], what: string) =>
  z
    .string()
    .max(200)
    .transform((text, context): T[] => {
      const asked = text.split(',');
      const known = values.filter((value) => asked.includes(value));
      if (known.length === new Set(asked).size) return known;
      context.addIssue({ code: 'custom', message: `not a list of ${values.join(', ')}` });
      return z.NEVER;
    })
    .describe(`${what}, separated by commas: ${values.join(', ')}.`);

const position = z.tuple([z.string().regex(/^\d{4}-[\d-]+ [\d:.]+\+\d{2}$/), z.uuid()]);

export const alertsQuery = z.strictObject({
  state: listOf(states, 'States').optional(),
  verdict: listOf(verdicts, 'Verdicts').optional(),
  watch: z.uuid().optional(),
  since: z.iso.datetime({ offset: true }).or(z.iso.date()).optional().describe('Made at or after.'),
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const answerBody = z.strictObject({
  reason: z.string().trim().max(500).optional(),
  everyone: z
    .boolean()
    .optional()
    .describe(
      'For everybody who watches the name, who are told; for an owner of the team that proved to own it.',
    ),
});

export const bulkBody = z.strictObject({
  alerts: z.array(z.uuid()).min(1).max(200),
  act: z.enum(['acknowledge', 'mine', 'not-mine', 'resolve', 'reopen', 'undo']),
  reason: z.string().trim().max(500).optional(),
});
export const bulkAnswer = z.object({ answered: z.int().describe('With all that are one event with them.') });

export const viewBody = z.strictObject({
  name: z.string().trim().min(1).max(60),
  query: z
    .string()
    .max(300)
    .describe('As of the list of alerts, for example `state=open&verdict=unexpected`.'),
});
export const viewAnswer = z.object({ id: z.uuid(), name: z.string(), query: z.string() });
export const viewsAnswer = z.object({
  builtIn: z.array(z.object({ name: z.string(), query: z.string() })),
  saved: z.array(viewAnswer),
});

export const acts = {
  acknowledge: 'acknowledged',
  mine: 'mine',
  'not-mine': 'not-mine',
  resolve: 'resolved',
  reopen: 'reopened',
  undo: undefined,
} as const;

const time = z.iso.datetime();

export const alertAnswer = z.object({
  id: z.uuid(),
  state: z.enum(states),
  verdict: z.enum(verdicts),
  reasons: z.array(z.object({ rule: z.string(), words: z.string() })),
  watch: z.object({ id: z.uuid(), kind: z.string(), value: z.string() }),
  team: z.uuid(),
  createdAt: time,
  happenedAt: time.describe(
    'When it was signed by its certificate; if that is forged, when we first saw the entry.',
  ),
  log: z.string(),
  index: z.string(),
  facts: factsSchema.nullable(),
  event: z.uuid().describe('What happened: the same for all alerts that are told of together.'),
  eventCount: z
    .int()
    .describe('Signatures that are one event with it, itself included; an answer is for all of them.'),
  parts: z
    .array(
      z.object({
        id: z.uuid(),
        watch: z.object({ id: z.uuid(), kind: z.string(), value: z.string() }),
        log: z.string(),
        index: z.string(),
        verdict: z.enum(verdicts),
        happenedAt: z.iso.datetime({ offset: true }),
      }),
    )
    .describe('One for each watch and log entry of the event, oldest first; at most 50.'),
  partCount: z.int(),
  url: z.url().describe('The page, for members of the team.'),
  evidence: z
    .url()
    .describe('Entry, proof, checkpoint and certificates as one file, with a key that reads alerts.'),
  answer: z.object({ answer: z.string(), by: z.string(), at: time }).nullable(),
});

const saidAnswer = z.object({
  answer: z.string(),
  by: z.string(),
  via: z.string(),
  reason: z.string().nullable(),
  at: time,
  undoneAt: time.nullable(),
  undoneBy: z.string().nullable(),
});

export const eventQuery = z.strictObject({ cursor: pageCursor(/^[1-9]\d{0,5}$/).optional() });
export const eventAnswer = z.object({
  total: z.int(),
  alerts: z.array(
    z.object({
      id: z.uuid(),
      verdict: z.string(),
      reasons: z.array(z.object({ rule: z.string(), words: z.string() })),
      log: z.string(),
      index: z.string(),
      happenedAt: time,
      facts: factsSchema.nullable(),
    }),
  ),
  next: z.string().nullable(),
});

export const wholeAlertAnswer = alertAnswer.extend({ answers: z.array(saidAnswer) });
export const evidenceAnswer = z
  .looseObject({})
  .describe('The evidence file that `sigwatch` and the page of an entry read, with the alert in it.');
export const alertsAnswer = z.object({
  alerts: z.array(alertAnswer),
  unanswered: z.int().describe('All that wait for an answer, whatever was asked for here.'),
  grave: z.int().describe('Those of them that are unexpected or a contradiction.'),
  next: z.string().nullable(),
});

export function writePosition({ at, id }: { at: string; id: string }): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

export function readPosition(text: string): { at: string; id: string } | undefined {
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at, id };
  } catch {
    return undefined;
  }
}
