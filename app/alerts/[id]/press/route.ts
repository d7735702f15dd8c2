import { z } from 'zod';
import { AccountError } from '../../../account/account-error.ts';
import { press } from '../../../account/asked.ts';
import { whoActs } from '../../../account/shown-name.ts';
import { clientOf, sharedAnswers, takeFromLimit } from '../../../account/limits.ts';
import { answers, nothingToUndo, sayOfAlerts, undoAnswers } from '../../../alert/answers.ts';
import { offeredScopes, scopePath, scopes } from '../../../alert/mine-scope.ts';
import { alertsOfRelease } from '../../../alert/of-release.ts';
import { noteResponse } from '../../../alert/response.ts';
import { responseForms } from '../../../alert/response-form.ts';
import { answerForAll, withdrawForAll } from '../../../alert/shared-answers.ts';
import { dependencies } from '../../../dependencies.ts';
import { teamAlert } from '../../store.ts';

const answerForm = z.strictObject({
  act: z.enum([...answers, 'undo']),
  /** Of "this was me": a rule to be tried and accepted next. */
  scope: z.enum(scopes).default('this'),
  reason: z.string().trim().max(500).default(''),
  /** For everybody who watches the name; its proven owner alone. */
  everyone: z.literal('on').optional(),
});

const form = z.union([answerForm, ...responseForms]);

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return press(request, form, async (caller, pressed) => {
    const deps = dependencies();
    const alert = await teamAlert(deps, caller, id, 'responder');
    const who = await whoActs(deps, caller);
    if ('step' in pressed || 'cause' in pressed) {
      const { eventId, watch } = alert;
      await noteResponse(deps, { id, eventId, teamId: watch.teamId }, pressed, who);
      return `/alerts/${id}`;
    }
    const { act, reason, everyone } = pressed;
    if (everyone === 'on') {
      await takeFromLimit(deps, sharedAnswers, clientOf(request));
      if (act === 'undo' || act === 'reopened') await withdrawForAll(deps, caller, alert);
      else await answerForAll(deps, caller, alert, { answer: act, reason });
    }
    if (act === 'undo') {
      const undone = await undoAnswers(deps, [alert.id], who);
      if (undone === 0 && everyone !== 'on') throw new AccountError('nothing-to-undo', nothingToUndo);
    } else {
      const isOfRelease = act === 'mine' && pressed.scope === 'release';
      const ids = isOfRelease ? await alertsOfRelease(deps, alert) : [alert.id];
      await sayOfAlerts(deps, ids, { answer: act, reason, who });
    }
    const offered = offeredScopes(alert.verdict, alert.facts).find(({ scope }) => scope === pressed.scope);
    if (act === 'mine' && offered !== undefined) return scopePath(`watch=${alert.watch.id}`, offered);
    return `/alerts/${alert.id}`;
  });
}
