import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { clientOf } from '../../../../../account/limits.ts';
import { teamOwnership } from '../../../../../account/ownership/asked.ts';
import { checkNow } from '../../../../../account/ownership/check-now.ts';
import { wholeOwnedJson } from '../../../../../account/ownership/ownership-json.ts';
import { checkBody } from '../../../../../account/ownership/schemas.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { withBody, type Named } from '../../../../keyed.ts';

/** Looks now; `findings` says what was seen, found or not. */
export async function POST(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'ownership:write', async (caller) => {
    const deps = dependencies();
    const ownership = await teamOwnership(deps, caller, (await params).id, 'owner');
    return withBody(request, checkBody, async ({ method }) => {
      const { findings } = await checkNow(deps, caller, { ownership, method, client: clientOf(request) });
      const after = await teamOwnership(deps, caller, ownership.id);
      return privateJson({ ...(await wholeOwnedJson(deps, after)), findings });
    });
  });
}
