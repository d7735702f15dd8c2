import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { actorOf, requirePerson } from '../../../../../account/caller.ts';
import { namedId } from '../../../../../account/named-id.ts';
import { endSession } from '../../../../../account/session.ts';
import { dependencies } from '../../../../../dependencies.ts';
import type { Named } from '../../../../keyed.ts';
import { problem } from '../../../../problem.ts';

/** Its very next request is a stranger's. */
export async function DELETE(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'account:write', async (caller) => {
    const userId = requirePerson(caller);
    const id = namedId((await params).id);
    const isEnded = await endSession(dependencies(), userId, id, actorOf(caller));
    return isEnded ? privateJson({ id, state: 'ended' }) : problem(404, 'There is no such thing.');
  });
}
