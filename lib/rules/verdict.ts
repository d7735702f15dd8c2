import { z } from 'zod';

/** From quiet to grave. */
export const verdicts = ['expected', 'notable', 'unexpected', 'contradiction'] as const;
export type Verdict = (typeof verdicts)[number];

export const reasonsSchema = z.array(z.object({ rule: z.string(), words: z.string() }));
export type Reason = z.infer<typeof reasonsSchema>[number];
