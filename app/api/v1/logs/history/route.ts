import type { z } from 'zod';
import { dependencies } from '../../../../dependencies.ts';
import { readCanaries, readHistory } from '../../../../logs/history.ts';
import { historyQuery, type historyAnswer } from '../../../../logs/schemas.ts';
import { withQuery } from '../../../keyed.ts';
import { exact } from '../../../exact-number.ts';
import { publicJson } from '../../../problem.ts';

/** Not the very moment: what was answered before stays the answer, and its ETag, until there is more to tell. */
function endOfMinute(now: Date): Date {
  return new Date(Math.ceil(now.getTime() / 60_000) * 60_000);
}

export async function GET(request: Request): Promise<Response> {
  return withQuery(request, historyQuery, async ({ hours }) => {
    const deps = dependencies();
    const now = deps.now();
    const [history, canaries] = await Promise.all([
      readHistory(deps, endOfMinute(now), Number(hours)),
      readCanaries(deps, now, Number(hours)),
    ]);
    const answer: z.infer<typeof historyAnswer> = {
      from: history.from.toISOString(),
      to: history.to.toISOString(),
      moments: history.moments.map(({ log, at, knownSize, verifiedSize, checkpointAge }) => ({
        log,
        at: at.toISOString(),
        statedSize: exact(knownSize),
        verifiedSize,
        checkpointAge,
      })),
      canaries: canaries.map(({ askedAt, seconds }) => ({ askedAt: askedAt.toISOString(), seconds })),
    };
    return publicJson(answer);
  });
}
