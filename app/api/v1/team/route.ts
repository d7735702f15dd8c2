import { answerApi, privateJson } from '../../../account/asked.ts';
import { actorOf } from '../../../account/caller.ts';
import { teamBody } from '../../../account/schemas.ts';
import { renameTeam } from '../../../account/team.ts';
import { teamJson } from '../../../account/team-json.ts';
import { dependencies } from '../../../dependencies.ts';
import { teamOfKey, withBody } from '../../keyed.ts';
import { problem } from '../../problem.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'team:read', async (caller) =>
    privateJson(await teamJson(dependencies(), teamOfKey(caller))),
  );
}

export async function PATCH(request: Request): Promise<Response> {
  return answerApi(request, 'team:write', (caller) =>
    withBody(request, teamBody, async ({ name }) => {
      const team = teamOfKey(caller, 'owner');
      if (team.isPersonal) return problem(409, 'Your own team has no other name.');
      await renameTeam(dependencies(), team.id, name, actorOf(caller));
      return privateJson(await teamJson(dependencies(), { ...team, name }));
    }),
  );
}
