import { answerApi, privateJson } from '../../../account/asked.ts';
import { actorOf } from '../../../account/caller.ts';
import { notOwnable, readOwned } from '../../../account/ownership/name.ts';
import { ownedJson, wholeOwnedJson } from '../../../account/ownership/ownership-json.ts';
import { ownedBody } from '../../../account/ownership/schemas.ts';
import { askOwnership, listOwnership } from '../../../account/ownership/store.ts';
import { dependencies } from '../../../dependencies.ts';
import { teamOfKey, withBody } from '../../keyed.ts';
import { problem } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', async ({ teams }) => {
    const [team] = teams;
    const owned = team === undefined ? [] : await listOwnership(dependencies().sql, team.id);
    return privateJson({ ownership: owned.map(ownedJson) });
  });
}

/** Begins a proof, or gives what was begun: what to publish, and where. */
export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'ownership:write', (caller) =>
    withBody(request, ownedBody, async ({ kind, name }) => {
      const { id: teamId } = teamOfKey(caller, 'owner');
      const owned = readOwned(kind, name);
      if (typeof owned === 'string') return problem(400, `name: ${notOwnable[owned]}`);
      const deps = dependencies();
      const asked = { teamId, userId: caller.userId, owned, actor: actorOf(caller) };
      return privateJson(await wholeOwnedJson(deps, await askOwnership(deps.sql, asked)), 201);
    }),
  );
}
