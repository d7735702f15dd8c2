import { answerApi, privateJson } from '../../../../account/asked.ts';
import { actorOf, requirePerson } from '../../../../account/caller.ts';
import { endSession, listSessions } from '../../../../account/session.ts';
import { dependencies } from '../../../../dependencies.ts';

export async function GET(request: Request): Promise<Response> {
  return answerApi(request, 'account:read', async (caller) => {
    const sessions = await listSessions(dependencies(), requirePerson(caller));
    return privateJson({
      sessions: sessions.map(({ createdAt, seenAt, ...session }) => ({
        ...session,
        createdAt: createdAt.toISOString(),
        seenAt: seenAt.toISOString(),
      })),
    });
  });
}

/** All of them: for who lost a machine, or fears it. Keys go on. */
export async function DELETE(request: Request): Promise<Response> {
  return answerApi(request, 'account:write', async (caller) => {
    const userId = requirePerson(caller);
    const deps = dependencies();
    let ended = 0;
    for (const { id } of await listSessions(deps, userId))
      if (await endSession(deps, userId, id, actorOf(caller))) ended++;
    return privateJson({ ended });
  });
}
