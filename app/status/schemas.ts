/** What is said of how this instance is: the same for the page and for programs. */
import { z } from 'zod';

const time = z.iso.datetime();
const partStates = ['working', 'troubled', 'down', 'unknown'] as const;
export type PartState = (typeof partStates)[number];

const statusDay = z.object({
  day: z.iso.date().describe('UTC.'),
  watched: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('The share of its five-minute slots in which the monitor looked at a log; null: not known.'),
  canaries: z.int().describe('Signatures that the monitor made itself.'),
  canariesSeen: z.int().describe('Those of them that it saw.'),
  incidents: z.int().describe('Incidents of logs that were opened.'),
});
export type StatusDay = z.infer<typeof statusDay>;

export const statusAnswer = z.object({
  at: time.describe('When this was found out; kept for some seconds.'),
  state: z.enum(partStates).describe('Of the worst part that is ours.'),
  parts: z.array(
    z.object({
      name: z.string(),
      state: z.enum(partStates),
      words: z.string(),
      log: z.string().nullable().describe('Its id, where the part is a log that we follow.'),
    }),
  ),
  canary: z
    .object({
      askedAt: time,
      seconds: z.number().nullable().describe('Until it was seen; null: it was not.'),
    })
    .nullable(),
  openIncidents: z.int(),
  days: z.array(statusDay).describe('The last 90, oldest first.'),
});
export type Status = z.infer<typeof statusAnswer>;
export type StatusPart = Status['parts'][number];
