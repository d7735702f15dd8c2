import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { whoActs } from '../../../account/shown-name.ts';
import { clientOf, sharedAnswers, takeFromLimit } from '../../../account/limits.ts';
import { answers, sayOfAlerts, undoAnswers } from '../../../alert/answers.ts';
import { answerForAll, withdrawForAll } from '../../../alert/shared-answers.ts';
import { dependencies } from '../../../dependencies.ts';
import { teamAlert } from '../../store.ts';

const form = z.strictObject({
  act: z.enum([...answers, 'undo']),
  reason: z.string().trim().max(500).default(''),
  /** For everybody who watches the name; its proven owner alone. */
  everyone: z.literal('on').optional(),
});

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return press(request, form, async (caller, { act, reason, everyone }) => {
    const deps = dependencies();
    const alert = await teamAlert(deps, caller, id, 'responder');
    const who = await whoActs(deps, caller);
    if (everyone === 'on') {
      await takeFromLimit(deps, sharedAnswers, clientOf(request));
      if (act === 'undo' || act === 'reopened') await withdrawForAll(deps, caller, alert);
      else await answerForAll(deps, caller, alert, { answer: act, reason });
    }
    if (act === 'undo') await undoAnswers(deps, [alert.id], who);
    else await sayOfAlerts(deps, [alert.id], { answer: act, reason, who });
    return `/alerts/${alert.id}`;
  });
}
