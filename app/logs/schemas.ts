/** What the API gives of how the logs stood: what the charts draw. */
import * as z from 'zod';
import { exactNumber } from '../api/exact-number.ts';

const time = z.iso.datetime();

const historySpans = [24, 168, 2160] as const;

export const historyQuery = z.strictObject({
  hours: z
    .enum(historySpans.map(String) as ['24', '168', '2160'])
    .default('24')
    .describe('How far back: a day, a week or 90 days.'),
});

export const historyAnswer = z.object({
  from: time,
  to: time,
  moments: z
    .array(
      z.object({
        log: z.string(),
        at: time,
        statedSize: exactNumber,
        verifiedSize: z.number(),
        checkpointAge: z.number().nullable().describe('Seconds; null while no checkpoint was verified.'),
      }),
    )
    .describe('At most 120 for each log, oldest first.'),
  canaries: z
    .array(z.object({ askedAt: time, seconds: z.number().nullable() }))
    .describe('Our own signatures, and after how long a watcher would have been told; null: never.'),
});

export const sightingAnswer = z.object({
  log: z.string(),
  seenBy: z.string(),
  size: exactNumber,
  verdict: z.string(),
  at: time,
});
