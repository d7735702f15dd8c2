import { z } from 'zod';
import { dependencies } from '../../../../dependencies.ts';
import { readForm, tokenIn } from '../../../../form.ts';
import { sayOfAlerts } from '../../../answers.ts';
import { holderOf, press } from '../../../asked.ts';
import { noteResponse } from '../../../response.ts';
import { responseForms } from '../../../response-form.ts';
import type { Alert } from '../../../store.ts';

/**
 * Says that it was not them; then, step by step, what they did about it. Only what our form sends does: a bare POST to
 * a mailed link is a program's that tries links, and is led to the page that asks.
 */
const form = z.union([...responseForms, z.strictObject({ act: z.literal('not-mine') })]);

export async function POST(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const pressed = await readForm(request, form);
  const say = async (alert: Alert): Promise<string | undefined> => {
    const who = holderOf(alert);
    const { id, watches } = alert;
    if (pressed === undefined) return `/alert/${id}/not-mine?token=${tokenIn(request) ?? ''}&again=yes`;
    if (pressed.act !== 'not-mine') await noteResponse(dependencies(), alert, pressed, who);
    else await sayOfAlerts(dependencies(), [id], { answer: 'not-mine', who, watches });
    return undefined;
  };
  return press(request, params, say, '/not-mine');
}
