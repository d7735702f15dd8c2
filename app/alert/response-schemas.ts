/** What the API takes and gives of the response to an event that somebody disowned. */
import { z } from 'zod';
import { causeNames, stepNames, type Note } from './response.ts';

const time = z.iso.datetime();

export const responseBody = z
  .strictObject({
    step: z.enum(stepNames).optional(),
    done: z.boolean().default(true).describe('Of the step; false: not done after all.'),
    cause: z.enum(causeNames).optional(),
    note: z.string().trim().max(500).default('').describe('Of the cause, in your words.'),
  })
  .refine(({ step, cause }) => (step === undefined) !== (cause === undefined), 'says a step, or a cause');

export function noteOf({ step, done, cause, note }: z.infer<typeof responseBody>): Note {
  if (step !== undefined) return { act: done ? 'step' : 'unstep', step };
  if (cause !== undefined) return { act: 'cause', cause, note };
  throw new TypeError('a body that says neither was let through');
}

const noted = z.object({ by: z.string(), at: time });

export const responseAnswer = z.object({
  event: z.uuid().describe('The response is to all that are one event.'),
  steps: z
    .array(
      z.object({
        name: z.enum(stepNames),
        title: z.string(),
        todo: z.array(z.string()).describe('In words, chosen by who vouched for the login.'),
        links: z.array(z.object({ label: z.string(), url: z.url() })),
        report: z.string().nullable().describe('To be copied as it is.'),
        done: noted.nullable(),
      }),
    )
    .describe('In the order they are to be done: evidence is kept before anything is rotated.'),
  cause: noted.extend({ cause: z.enum(causeNames), note: z.string().nullable() }).nullable(),
  history: z
    .array(
      noted.extend({
        act: z.enum(['step', 'cause']),
        value: z.string(),
        note: z.string().nullable(),
        undoneBy: z.string().nullable(),
        undoneAt: time.nullable(),
      }),
    )
    .describe('Everything that was noted, newest first.'),
});
