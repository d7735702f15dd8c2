import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { press } from '../../../account/asked.ts';
import { actorOf, requireTeam, type Caller } from '../../../account/caller.ts';
import { nameProblem } from '../../../account/given-name.ts';
import { endInvitation, invite } from '../../../account/invitation.ts';
import { answerFloorMs } from '../../../account/login/email-code.ts';
import { roles } from '../../../account/roles.ts';
import { changeRole, deleteTeam, removeMember, renameTeam } from '../../../account/team.ts';
import { dependencies } from '../../../dependencies.ts';
import { noSoonerThan, withTyped } from '../../../form.ts';

const role = z.enum(roles);
const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('rename'), name: z.string().max(2048) }),
  z.strictObject({ act: z.literal('invite'), email: z.string().max(2048), role }),
  z.strictObject({ act: z.literal('end-invitation'), id: z.uuid() }),
  z.strictObject({ act: z.literal('role'), user: z.uuid(), role }),
  z.strictObject({ act: z.literal('remove'), user: z.uuid() }),
  z.strictObject({ act: z.literal('delete') }),
]);

interface Asked {
  readonly params: Promise<{ id: string }>;
}

export async function POST(request: Request, { params }: Asked): Promise<Response> {
  const { id } = await params;
  return press(request, form, (caller, pressed) => act(caller, id, pressed));
}

async function act(caller: Caller, teamId: string, pressed: z.infer<typeof form>): Promise<string> {
  const deps = dependencies();
  const isLeaving = pressed.act === 'remove' && pressed.user === caller.userId;
  const team = requireTeam(caller, teamId, isLeaving ? 'viewer' : 'owner');
  const actor = actorOf(caller);
  switch (pressed.act) {
    case 'rename':
      if (nameProblem(pressed.name) !== undefined)
        return withTyped(`/team/${teamId}`, { name: pressed.name });
      await renameTeam(deps, teamId, pressed.name.trim(), actor);
      break;
    case 'invite': {
      const address = parseEmailAddress(pressed.email);
      if (address === undefined)
        return withTyped(`/team/${teamId}`, { email: pressed.email, role: pressed.role });
      const asked = { team, invitedBy: caller.userId, actor, address, role: pressed.role };
      await noSoonerThan(answerFloorMs, invite(deps, asked));
      break;
    }
    case 'end-invitation':
      await endInvitation(deps, teamId, pressed.id, actor);
      break;
    case 'role':
      await changeRole(deps, teamId, pressed.user, pressed.role, actor);
      break;
    case 'remove':
      await removeMember(deps, teamId, pressed.user, actor);
      if (isLeaving) return '/team';
      break;
    case 'delete':
      await deleteTeam(deps, teamId, actor);
      return '/team';
  }
  return `/team/${teamId}`;
}
