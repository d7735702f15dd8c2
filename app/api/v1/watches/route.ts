import type { z } from 'zod';
import { answerApi, privateJson } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { noSoonerThan } from '../../../form.ts';
import { answerFloorMs, requestWatch } from '../../../watch/store.ts';
import { targetOf, teamWatchBody, watchesQuery } from '../../../watches/schemas.ts';
import { addWatch, listedWatch, ownAddresses, pageOfWatches } from '../../../watches/store.ts';
import { watchJson } from '../../../watches/watch-json.ts';
import { teamOfKey, withBody, withQuery } from '../../keyed.ts';
import { writePageCursor } from '../../page-cursor.ts';
import { problem } from '../../problem.ts';
import { watchRequest, type acceptedAnswer } from '../schemas.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'watches:read', (caller) =>
    withQuery(request, watchesQuery, async ({ cursor, limit }) => {
      const { watches, next } = await pageOfWatches(dependencies(), caller, { after: cursor, limit });
      return privateJson({
        watches: watches.map(watchJson),
        next: next === undefined ? null : writePageCursor(...next),
      });
    }),
  );
}

/** Without a key, for the address that says yes to a mail; with one, for the team, told at an address that said so before. */
export async function POST(request: Request): Promise<Response> {
  return request.headers.has('authorization') ? addForTeam(request) : askForMailbox(request);
}

/** The same answer whether the address is known, new, or over its limit. */
function askForMailbox(request: Request): Promise<Response> {
  return withBody(request, watchRequest, async (asked) => {
    const client = request.headers.get('x-sigwatch-client') ?? 'unknown';
    await noSoonerThan(answerFloorMs, requestWatch(dependencies(), { ...asked, client }));
    const answer: z.infer<typeof acceptedAnswer> = {
      status: 'accepted',
      detail: 'If that address can be watched, a mail with a confirmation link is on its way.',
    };
    return privateJson(answer, 202);
  });
}

function addForTeam(request: Request): Promise<Response> {
  return answerApi(request, 'watches:write', (caller) =>
    withBody(request, teamWatchBody, async (body) => {
      const deps = dependencies();
      const target = targetOf(body);
      if (target === undefined) return problem(400, 'value: nothing can be watched by that');
      const email = body.email ?? (await ownAddresses(deps, caller))[0] ?? '';
      const id = await addWatch(deps, caller, { teamId: teamOfKey(caller).id, target, email });
      return privateJson(watchJson(await listedWatch(deps, caller, id)), 201);
    }),
  );
}
