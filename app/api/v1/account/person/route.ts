import { answerApi, privateJson } from '../../../../account/asked.ts';
import { actorOf, requirePerson } from '../../../../account/caller.ts';
import { readProfile, renameUser } from '../../../../account/profile.ts';
import { personBody } from '../../../../account/schemas.ts';
import { personJson } from '../../../../account/team-json.ts';
import { dependencies } from '../../../../dependencies.ts';
import { withBody } from '../../../keyed.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'account:read', async (caller) =>
    privateJson(personJson(await readProfile(dependencies(), requirePerson(caller)))),
  );
}

export async function PATCH(request: Request): Promise<Response> {
  return answerApi(request, 'account:write', (caller) =>
    withBody(request, personBody, async ({ name }) => {
      const userId = requirePerson(caller);
      await renameUser(dependencies(), userId, name, actorOf(caller));
      return privateJson(personJson(await readProfile(dependencies(), userId)));
    }),
  );
}
