/** What the API takes and gives of intents. */
import { z } from 'zod';
import { numberForm, pageCursor, pageLimit } from '../api/page-cursor.ts';

const longestMs = 30 * 86_400_000;
const glob = z.string().min(1).max(512);

export const intentBody = z
  .strictObject({
    repository: z
      .string()
      .min(1)
      .max(2048)
      .describe('Where it will be signed, for example github.com/acme/app; or who signs, by e-mail address.'),
    digest: z
      .string()
      .regex(/^(?:sha256:)?[0-9a-f]{64}$/i)
      .optional()
      .describe('SHA-256 of the one file that will be signed.'),
    count: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('How many signatures; without a digest. Default 1.'),
    ref: glob.optional().describe('For example refs/tags/v1.2.3; `*` is any run without a slash.'),
    workflow: glob.optional().describe('Its address without the ref, or the name of its file.'),
    until: z.iso
      .datetime({
        offset: true,
        error: ({ input }) =>
          input === undefined
            ? 'is needed: when the announcement ends, for example 2026-11-30T18:00:00Z'
            : undefined,
      })
      .describe('When the announcement ends, at most 30 days from now.'),
    team: z.uuid().optional().describe('Needed where the caller has several; a key has one.'),
  })
  .refine(({ digest, count }) => digest === undefined || count === undefined, {
    message: 'digest or count, not both',
  });
export type IntentBody = z.infer<typeof intentBody>;

export const intentStates = ['open', 'used', 'expired', 'cancelled'] as const;

export const intentsQuery = z.strictObject({
  state: z.enum(intentStates).optional(),
  cursor: pageCursor(numberForm).optional(),
  limit: pageLimit(200),
});

const time = z.iso.datetime();

export const intentAnswer = z.object({
  id: z.uuid(),
  number: z.string(),
  team: z.uuid(),
  state: z.enum(intentStates),
  repository: z.string(),
  digest: z.string().nullable(),
  count: z.int(),
  left: z.int(),
  ref: z.string().nullable(),
  workflow: z.string().nullable(),
  madeBy: z.string(),
  createdAt: time,
  until: time,
  required: z
    .boolean()
    .describe('A watch of the team tells of every signature in this name that nobody announced.'),
  used: z.array(z.object({ log: z.string(), index: z.string(), at: time })),
});
export const intentsAnswer = z.object({ intents: z.array(intentAnswer), next: z.string().nullable() });

/** Undefined when it can be kept as it is; else what is wrong with it, in words. */
export function problemWithUntil(until: string, now: Date): string | undefined {
  const left = Date.parse(until) - now.getTime();
  if (left <= 0) return 'until: is past';
  return left > longestMs ? 'until: is more than 30 days away' : undefined;
}
