import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { endApiKey } from '../../../../../account/api-key.ts';
import { actorOf } from '../../../../../account/caller.ts';
import { namedId } from '../../../../../account/named-id.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { teamOfKey, type Named } from '../../../../keyed.ts';

export async function DELETE(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'team:write', async (caller) => {
    const id = namedId((await params).id);
    await endApiKey(dependencies(), teamOfKey(caller, 'responder'), id, {
      userId: caller.userId,
      actor: actorOf(caller),
    });
    return privateJson({ id, state: 'ended' });
  });
}
