/** What the forms of a guided response send. */
import { z } from 'zod';
import { causeNames, stepNames } from './response.ts';

export const responseForms = [
  z.strictObject({ act: z.enum(['step', 'unstep']), step: z.enum(stepNames) }),
  z.strictObject({
    act: z.literal('cause'),
    cause: z.enum(causeNames),
    note: z.string().trim().max(500).default(''),
  }),
] as const;
