import { answerApi, privateJson } from '../../../../account/asked.ts';
import { actorOf } from '../../../../account/caller.ts';
import { teamOwnership } from '../../../../account/ownership/asked.ts';
import { wholeOwnedJson } from '../../../../account/ownership/ownership-json.ts';
import { endOwnership } from '../../../../account/ownership/store.ts';
import { dependencies } from '../../../../dependencies.ts';
import type { Named } from '../../../keyed.ts';

export async function GET(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'team:read', async (caller) => {
    const deps = dependencies();
    return privateJson(await wholeOwnedJson(deps, await teamOwnership(deps, caller, (await params).id)));
  });
}

/** Gives it up; what rested on it ends. */
export async function DELETE(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'ownership:write', async (caller) => {
    const deps = dependencies();
    const ownership = await teamOwnership(deps, caller, (await params).id, 'owner');
    await endOwnership(deps.sql, ownership, 'withdrawn', actorOf(caller));
    return privateJson({ id: ownership.id, state: 'ended' });
  });
}
