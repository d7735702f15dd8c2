/** What the API gives of one name: what its page shows around the signatures. */
import { z } from 'zod';
import { completeUpToAnswer, pgpUserIds } from '../api/v1/schemas.ts';

const time = z.iso.datetime();
const entry = z.object({ log: z.string(), index: z.int() });

export const identitiesQuery = z.strictObject({
  identity: z.string().min(1).max(2048).describe('E-mail address, repository, URI or package.'),
});

export const rhythmAnswer = z.object({
  firstDay: time.describe('Midnight UTC of the first of 90 days.'),
  activeDays: z.int(),
  habit: z.enum(['hours', 'too-few', 'all-hours']),
  usualHours: z.array(z.int()).nullable().describe('Hours of the day (UTC), where there is a habit.'),
  marks: z.array(
    z.object({
      hour: time,
      signatures: z.int().describe('Counted up to ten.'),
      entry,
      firstFrom: z.array(z.string()).describe('Sources that signed for the first time in this hour.'),
      firstBy: z
        .array(z.object({ kind: z.enum(['workflow', 'trigger']), name: z.string() }))
        .describe('Workflows and triggers that came for the first time, among the newest 250.'),
      outsideHours: z.boolean(),
    }),
  ),
});

export const identityAnswer = z.object({
  identity: z.object({ kind: z.string(), value: z.string() }),
  spellings: z
    .array(z.object({ exact: z.string(), entries: z.int() }))
    .describe('As certificates have the name, the most frequent first.'),
  unlisted: z
    .boolean()
    .describe(
      'Its owner does not want it listed: then the rest is empty, which says nothing of how many there are.',
    ),
  signatures: z.int(),
  forgeries: z.int().describe('GET signings with standing=forgery lists them.'),
  unusedCertificates: z.object({
    total: z.int(),
    bounded: z
      .boolean()
      .describe('Only its newest 500 entries in certificate logs were looked at: there may be more.'),
  }),
  pgpUserIds,
  places: z
    .array(z.object({ log: z.string(), issuer: z.string(), source: z.string(), entries: z.int() }))
    .describe('Where it signed from: what signings can be narrowed by.'),
  lookAlikes: z.array(z.object({ value: z.string(), entries: z.int(), lastSeenAt: time })),
  rhythm: rhythmAnswer.nullable(),
  completeUpTo: z.array(completeUpToAnswer),
});
