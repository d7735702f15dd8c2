import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { actorOf } from '../../../../../account/caller.ts';
import { teamOwnership } from '../../../../../account/ownership/asked.ts';
import { wholeOwnedJson } from '../../../../../account/ownership/ownership-json.ts';
import { leaveSearch, returnToSearch } from '../../../../../account/ownership/unlisting.ts';
import { dependencies } from '../../../../../dependencies.ts';
import type { Named } from '../../../../keyed.ts';

/** Takes a proven address out of our search, its exports and this API. */
export async function PUT(request: Request, named: Named<'id'>): Promise<Response> {
  return set(request, named, leaveSearch);
}

export async function DELETE(request: Request, named: Named<'id'>): Promise<Response> {
  return set(request, named, returnToSearch);
}

function set(request: Request, { params }: Named<'id'>, act: typeof leaveSearch): Promise<Response> {
  return answerApi(request, 'ownership:write', async (caller) => {
    const deps = dependencies();
    const ownership = await teamOwnership(deps, caller, (await params).id, 'owner');
    await act(deps, ownership, actorOf(caller));
    return privateJson(await wholeOwnedJson(deps, ownership));
  });
}
