import { answerApi, privateJson } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { freezeJson } from '../../../freezes/freeze-json.ts';
import { freezeBody, freezesQuery } from '../../../freezes/schemas.ts';
import { freeze, listFreezes, listWatchedFreezes } from '../../../freezes/store.ts';
import { withQuery } from '../../keyed.ts';
import { writePageCursor } from '../../page-cursor.ts';
import { readBody, whenAuthorityAnswers } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'freezes:read', (caller) =>
    withQuery(request, freezesQuery, async ({ cursor, limit }) => {
      const deps = dependencies();
      const rows = await listFreezes(deps, caller, { after: cursor, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const watched = await listWatchedFreezes(deps, caller);
      return privateJson({
        freezes: shown.map(freezeJson),
        watched: watched.map(({ value, since }) => ({ value, since: since.toISOString() })),
        next: last === undefined ? null : writePageCursor(last.createdAt.toISOString(), last.id),
      });
    }),
  );
}

export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'freezes:write', async (caller) => {
    const body = await readBody(request, freezeBody);
    if ('problem' in body) return body.problem;
    return whenAuthorityAnswers(async () =>
      privateJson(freezeJson(await freeze(dependencies(), caller, body.value)), 201),
    );
  });
}
