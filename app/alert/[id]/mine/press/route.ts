import { z } from 'zod';
import { dependencies } from '../../../../dependencies.ts';
import { readForm, tokenIn } from '../../../../form.ts';
import { sayOfAlerts } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import { choiceWords } from '../../../choice-words.ts';
import { alertsOfRelease } from '../../../of-release.ts';
import { asksNumber, isItsNumber } from '../../../entry-number.ts';
import { offeredScopes, scopePath, scopes } from '../../../mine-scope.ts';
import type { Alert } from '../../../store.ts';

/** `answer` is the form's own: a bare POST to a mailed link is a program's that tries links, and answers nothing. */
const form = z.strictObject({
  answer: z.enum(['mine', 'resolved']),
  scope: z.enum(scopes).default('this'),
  entry: z.string().max(80).default(''),
});

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const pressed = await readForm(request, form);
  const say = async (alert: Alert): Promise<string | undefined> => {
    const { id, watches, isSecond, teamId, watchId } = alert;
    if (pressed === undefined) return `/alert/${id}/mine?token=${tokenIn(request) ?? ''}&again=yes`;
    if (asksNumber(alert) && !isItsNumber(alert, pressed.entry))
      return `/alert/${id}/mine?token=${tokenIn(request) ?? ''}&again=yes`;
    const { answer } = choiceWords(alert.facts);
    const deps = dependencies();
    const ids = pressed.scope === 'release' ? await alertsOfRelease(deps, alert) : [id];
    await sayOfAlerts(deps, ids, { answer, who: holderOf(alert), watches });
    const offered = offeredScopes(alert.verdict, alert.facts).find(({ scope }) => scope === pressed.scope);
    if (offered === undefined || isSecond) return undefined;
    // What a team watches only its members set, signed in.
    const query = teamId === null ? `alert=${id}&token=${tokenIn(request) ?? ''}` : `watch=${watchId}`;
    return scopePath(query, offered);
  };
  return press(request, params, say, '');
}
