import { AccountError } from '../../../../../account/account-error.ts';
import { answerApi, privateJson } from '../../../../../account/asked.ts';
import { clientOf, sharedAnswers, takeFromLimit } from '../../../../../account/limits.ts';
import { whoActs } from '../../../../../account/shown-name.ts';
import { nothingToUndo, sayOfAlerts, undoAnswers } from '../../../../../alert/answers.ts';
import { answerForAll, withdrawForAll } from '../../../../../alert/shared-answers.ts';
import { wholeAlertJson } from '../../../../../alerts/alert-json.ts';
import { answersOf } from '../../../../../alerts/history.ts';
import { acts, answerBody } from '../../../../../alerts/schemas.ts';
import { teamAlert } from '../../../../../alerts/store.ts';
import { dependencies } from '../../../../../dependencies.ts';
import { problem, readBody } from '../../../../problem.ts';

/** acknowledge, mine, not-mine, resolve, reopen, undo: the answer is for the alert and all that are one event with it. */
export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string; act: string }> },
): Promise<Response> {
  return answerApi(request, 'alerts:write', async (caller) => {
    const { id, act } = await params;
    const deps = dependencies();
    const alert = await teamAlert(deps, caller, id, 'responder');
    const known = Object.entries(acts).find(([name]) => name === act);
    if (known === undefined) return problem(404, 'There is no such thing.');
    const body = await readBody(request, answerBody, {});
    if ('problem' in body) return body.problem;
    const [, answer] = known;
    const { reason, everyone = false } = body.value;
    if (everyone) {
      await takeFromLimit(deps, sharedAnswers, clientOf(request));
      if (answer === undefined || answer === 'reopened') await withdrawForAll(deps, caller, alert);
      else await answerForAll(deps, caller, alert, { answer, reason });
    }
    const who = await whoActs(deps, caller);
    if (answer === undefined) {
      const undone = await undoAnswers(deps, [alert.id], who);
      if (undone === 0 && !everyone) throw new AccountError('nothing-to-undo', nothingToUndo);
    } else await sayOfAlerts(deps, [alert.id], { answer, reason, who });
    const after = await teamAlert(deps, caller, id);
    return privateJson(wholeAlertJson(after, await answersOf(deps, id), deps.config.web.url));
  });
}
