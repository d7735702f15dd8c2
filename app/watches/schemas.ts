/** What the API takes and gives of watches, as they are listed. What is set for one: app/watch/settings/schemas.ts. */
import { z } from 'zod';
import { watchTarget } from '#lib/identity/watch-target.ts';
import { anyForm, pageCursor, pageLimit, uuidForm } from '../api/page-cursor.ts';
import { isShownKind, watchKinds } from './kinds.ts';

const time = z.iso.datetime();
const kind = z
  .string()
  .refine(isShownKind, `not one of ${Object.keys(watchKinds).join(', ')}`)
  .describe(`One of ${Object.keys(watchKinds).join(', ')}.`);
const value = z.string().min(1).max(2048).regex(anyForm).describe('As the page of new watches takes it.');

/** What is named, where such a thing can be watched. */
export function targetOf(asked: { readonly kind: string; readonly value: string }) {
  return isShownKind(asked.kind) ? watchTarget(asked.kind, asked.value) : undefined;
}

export const watchesQuery = z.strictObject({
  cursor: pageCursor(anyForm, uuidForm).optional(),
  limit: pageLimit(200),
});

export const teamWatchBody = z.strictObject({
  kind,
  value,
  email: z
    .string()
    .max(320)
    .optional()
    .describe('Who is told: an address that the maker of the key confirmed. The first of them, if not said.'),
});

export const teamWatchAnswer = z.object({
  id: z.uuid(),
  team: z.uuid(),
  kind: z.string(),
  value: z.string(),
  email: z.string().describe('Who is told.'),
  alerts: z.int(),
  unanswered: z.int(),
  lastSignature: time.nullable(),
  silence: z
    .enum(['none', 'unlisted', 'unknown'])
    .nullable()
    .describe('Why there is no last signature: none in 90 days, not listed for others, or nobody looked.'),
  frozen: z.boolean().describe('Its owner had issuance for the name stopped.'),
});
export const watchesAnswer = z.object({ watches: z.array(teamWatchAnswer), next: z.string().nullable() });

export const stoppedAnswer = z.object({ id: z.uuid(), state: z.literal('stopped') });

export const previewQuery = z.strictObject({ kind, value });
export const previewAnswer = z.object({
  kind: z.string(),
  value: z.string().describe('As it would be kept.'),
  entries: z.int().describe('Of the last 90 days that it would have taken in.'),
  most: z.int().describe('As many as that are counted.'),
  names: z.array(z.string()).describe('The first names that it takes in.'),
  latest: z.array(z.object({ log: z.string(), index: z.int(), name: z.string(), at: time })),
  partial: z.boolean().describe('It took too long to look everywhere.'),
  unlisted: z.boolean().describe('Some are left out because an owner of an address wants it so.'),
});
