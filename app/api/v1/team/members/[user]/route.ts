import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { actorOf } from '../../../../../account/caller.ts';
import { namedId } from '../../../../../account/named-id.ts';
import { memberBody } from '../../../../../account/schemas.ts';
import { changeRole, listMembers, removeMember } from '../../../../../account/team.ts';
import { memberJson } from '../../../../../account/team-json.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { teamOfKey, withBody, type Named } from '../../../../keyed.ts';

export async function PATCH(request: Request, { params }: Named<'user'>): Promise<Response> {
  return answerApi(request, 'team:write', async (caller) => {
    const { id } = teamOfKey(caller, 'owner');
    const user = namedId((await params).user);
    return withBody(request, memberBody, async ({ role }) => {
      await changeRole(dependencies(), id, user, role, actorOf(caller));
      return privateJson({ members: (await listMembers(dependencies(), id)).map(memberJson) });
    });
  });
}

/** Their keys of this team end with it. */
export async function DELETE(request: Request, { params }: Named<'user'>): Promise<Response> {
  return answerApi(request, 'team:write', async (caller) => {
    const { id } = teamOfKey(caller, 'owner');
    await removeMember(dependencies(), id, namedId((await params).user), actorOf(caller));
    return privateJson({ members: (await listMembers(dependencies(), id)).map(memberJson) });
  });
}
