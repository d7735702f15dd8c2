import { privateJson } from '../../../../../account/asked.ts';
import { readPace, setPace } from '../../../../../watch/settings/pace.ts';
import { doneAndRecorded } from '../../../../../watch/settings/record.ts';
import { settingsBody } from '../../../../../watch/settings/schemas.ts';
import { settingsJson } from '../../../../../watch/settings/settings-json.ts';
import { answerWatch, withBody, type Named } from '../../../../keyed.ts';

export async function GET(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:read', named, async ({ deps, watch }) =>
    privateJson(await settingsJson(deps, watch)),
  );
}

/** What is not said stays as it is. */
export async function PATCH(request: Request, named: Named<'id'>): Promise<Response> {
  return answerWatch(request, 'watches:write', named, async ({ deps, watch }) =>
    withBody(request, settingsBody, async (body) => {
      const said = Object.entries(body).filter(([, value]) => value !== undefined);
      const pace = { ...(await readPace(deps, watch)), ...Object.fromEntries(said) };
      await doneAndRecorded(deps, watch, 'watch.changed', async (transaction) =>
        (await setPace(transaction, watch, pace)) ? watch.id : undefined,
      );
      return privateJson(await settingsJson(deps, watch));
    }),
  );
}
