import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { AccountError } from '../../../../account/account-error.ts';
import { answerApi, privateJson } from '../../../../account/asked.ts';
import { actorOf } from '../../../../account/caller.ts';
import { invite, listInvitations } from '../../../../account/invitation.ts';
import { answerFloorMs } from '../../../../account/login/email-code.ts';
import { invitationBody } from '../../../../account/schemas.ts';
import { invitationJson } from '../../../../account/team-json.ts';
import { dependencies } from '../../../../dependencies.ts';
import { noSoonerThan } from '../../../../form.ts';
import { teamOfKey, withBody } from '../../../keyed.ts';

/** A mail to the address asks it to join; the same for one that is a member already. */
export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'team:write', (caller) =>
    withBody(request, invitationBody, async ({ email, role }) => {
      const deps = dependencies();
      const team = teamOfKey(caller, 'owner');
      const address = parseEmailAddress(email);
      if (address === undefined) throw new AccountError('invalid', 'email: not an address we can write to');
      const asked = { team, invitedBy: caller.userId, actor: actorOf(caller), address, role };
      await noSoonerThan(answerFloorMs, invite(deps, asked));
      return privateJson({ invitations: (await listInvitations(deps, team.id)).map(invitationJson) }, 201);
    }),
  );
}
