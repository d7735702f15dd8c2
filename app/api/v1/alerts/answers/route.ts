import { AccountError } from '../../../../account/account-error.ts';
import { answerApi, privateJson } from '../../../../account/asked.ts';
import { whoActs } from '../../../../account/shown-name.ts';
import { nothingToUndo, sayOfAlerts, undoAnswers } from '../../../../alert/answers.ts';
import { acts, bulkBody } from '../../../../alerts/schemas.ts';
import { answerable } from '../../../../alerts/store.ts';
import { dependencies } from '../../../../dependencies.ts';
import { withBody } from '../../../keyed.ts';

/** Many at once: all of them or, if one may not be answered, none. */
export async function POST(request: Request): Promise<Response> {
  return answerApi(request, 'alerts:write', (caller) =>
    withBody(request, bulkBody, async ({ alerts, act, reason }) => {
      const deps = dependencies();
      const asked = [...new Set(alerts)];
      const ids = await answerable(deps, caller, asked);
      if (ids.length < asked.length) throw new AccountError('not-found', 'There is no such thing.');
      const who = await whoActs(deps, caller);
      const answer = acts[act];
      const answered =
        answer === undefined
          ? await undoAnswers(deps, ids, who)
          : await sayOfAlerts(deps, ids, { answer, reason, who });
      if (answer === undefined && answered === 0) throw new AccountError('nothing-to-undo', nothingToUndo);
      return privateJson({ answered });
    }),
  );
}
