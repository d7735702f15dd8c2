import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { whoActs } from '../../../../../account/shown-name.ts';
import { noteResponse, readResponse } from '../../../../../alert/response.ts';
import { responseJson } from '../../../../../alert/response-json.ts';
import { noteOf, responseBody } from '../../../../../alert/response-schemas.ts';
import { teamAlert, type InboxAlert } from '../../../../../alerts/store.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { withBody, type Named } from '../../../../keyed.ts';
import { problem } from '../../../../problem.ts';

export async function GET(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) =>
    answerWith(await teamAlert(dependencies(), caller, (await params).id)),
  );
}

/** Says that a step is done or not after all, or what the cause was; for all that are one event. */
export async function POST(request: Request, { params }: Named<'id'>): Promise<Response> {
  return answerApi(request, 'alerts:write', async (caller) => {
    const deps = dependencies();
    const alert = await teamAlert(deps, caller, (await params).id, 'responder');
    return withBody(request, responseBody, async (body) => {
      if (alert.state !== 'not-mine') return problem(409, 'First say that it was not you: act not-mine.');
      const { id, eventId, watch } = alert;
      const disputed = { id, eventId, teamId: watch.teamId };
      await noteResponse(deps, disputed, noteOf(body), await whoActs(deps, caller));
      return answerWith(alert);
    });
  });
}

async function answerWith(alert: InboxAlert): Promise<Response> {
  const deps = dependencies();
  return privateJson(responseJson(alert, await readResponse(deps, alert.eventId), deps.config));
}
