import { answerApi, privateJson } from '../../../../account/asked.ts';
import { wholeAlertJson } from '../../../../alerts/alert-json.ts';
import { answersOf } from '../../../../alerts/history.ts';
import { teamAlert } from '../../../../alerts/store.ts';
import { dependencies } from '../../../../dependencies.ts';

export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  return answerApi(request, 'alerts:read', async (caller) => {
    const deps = dependencies();
    const alert = await teamAlert(deps, caller, (await params).id);
    return privateJson(wholeAlertJson(alert, await answersOf(deps, alert.id), deps.config.web.url));
  });
}
