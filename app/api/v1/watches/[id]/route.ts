import { answerApi, privateJson } from '../../../../account/asked.ts';
import { dependencies } from '../../../../dependencies.ts';
import { listedWatch, stopTeamWatch } from '../../../../watches/store.ts';
import { watchJson } from '../../../../watches/watch-json.ts';
import type { Named } from '../../../keyed.ts';

export async function GET(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'watches:read', async (caller) =>
    privateJson(watchJson(await listedWatch(dependencies(), caller, (await params).id))),
  );
}

/** Stops it; stopping twice is stopping once. */
export async function DELETE(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'watches:write', async (caller) => {
    const { id } = await params;
    await stopTeamWatch(dependencies(), caller, id);
    return privateJson({ id, state: 'stopped' });
  });
}
