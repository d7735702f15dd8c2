/** What the API takes and gives of freezes. */
import { z } from 'zod';
import { momentForm, pageCursor, pageLimit, uuidForm } from '../api/page-cursor.ts';

export const freezeBody = z.strictObject({
  identity: z.string().min(1).max(2048).describe('E-mail address, repository or URI that you proved to own.'),
  reason: z.string().trim().max(500).optional(),
});

export const liftBody = z.strictObject({ reason: z.string().trim().max(500).optional() });

export const freezeAnswer = z.object({
  id: z.uuid(),
  team: z.uuid(),
  kind: z.string(),
  value: z.string(),
  reason: z.string().nullable(),
  madeBy: z.string(),
  createdAt: z.iso.datetime(),
  liftedAt: z.iso.datetime().nullable(),
  liftedBy: z.string().nullable(),
});
export const freezesQuery = z.strictObject({
  cursor: pageCursor(momentForm, uuidForm).optional(),
  limit: pageLimit(200, 200),
});
export const freezesAnswer = z.object({
  freezes: z.array(freezeAnswer),
  watched: z
    .array(z.object({ value: z.string(), since: z.iso.datetime() }))
    .describe(
      'Names that the team watches and another one froze, or that it proved and the authority says are frozen.',
    ),
  next: z.string().nullable(),
});
