import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { actorOf, requireTeam } from '../../account/caller.ts';
import { ownedKinds, readOwned } from '../../account/ownership/name.ts';
import { askOwnership } from '../../account/ownership/store.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';

const form = z.strictObject({ team: z.uuid(), kind: z.enum(ownedKinds), name: z.string().max(8192) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, { team, kind, name }) => {
    const { id: teamId } = requireTeam(caller, team, 'owner');
    const owned = readOwned(kind, name);
    if (typeof owned === 'string')
      return withTyped('/ownership', { team: teamId, kind, name, problem: owned });
    const asked = { teamId, userId: caller.userId, owned, actor: actorOf(caller) };
    return `/ownership/${(await askOwnership(dependencies().sql, asked)).id}`;
  });
}
