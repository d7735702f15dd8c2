/** What the API takes and gives of proofs of ownership. */
import { z } from 'zod';
import { ownedKinds } from './name.ts';
import { findingsSchema, methods } from './store.ts';

const time = z.iso.datetime();

export const ownedAnswer = z.object({
  id: z.uuid(),
  kind: z.enum(ownedKinds),
  value: z.string(),
  state: z.enum(['asked', 'proven', 'failing', 'contested']),
  method: z.string().nullable(),
  bound: z.record(z.string(), z.string()).describe('Numbers that stay when a name changes hands.'),
  provenAt: time.nullable(),
});
export const ownershipAnswer = z.object({ ownership: z.array(ownedAnswer) });

export const wholeOwnedAnswer = ownedAnswer.extend({
  line: z.string().describe('What is published to prove it; of this team, and good for this name alone.'),
  audience: z
    .string()
    .nullable()
    .describe('That the ID token of a CI run must be made for, where a run can prove it.'),
  ways: z.array(
    z.object({
      method: z.enum(methods),
      place: z.string().nullable().describe('Where the line is looked for.'),
      here: z.boolean().describe('False: it is done in a browser, or by a run itself.'),
    }),
  ),
  findings: findingsSchema.describe('What the last look saw.'),
  checkedAt: time.nullable(),
  unlisted: z.boolean().describe('Our search does not list the address.'),
});

export const ownedBody = z.strictObject({
  kind: z.enum(ownedKinds),
  name: z
    .string()
    .min(1)
    .max(8192)
    .describe('For example example.com, github.com/acme/app or jane@example.com.'),
});
export const checkBody = z.strictObject({ method: z.enum(methods) });

export const ciProofBody = z.strictObject({
  token: z
    .string()
    .min(1)
    .max(16_384)
    .describe('The ID token of the run, for the audience shown with the proof.'),
});
export const ciProofAnswer = z.object({ kind: z.string(), value: z.string(), proven: z.literal(true) });
