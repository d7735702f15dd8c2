import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { readForm, seeOther, tokenIn } from '../../../form.ts';
import { confirmWatch } from '../../store.ts';
import { pressWord } from '../press-word.ts';

const form = z.object({ word: z.string() });

/** The press that confirmed it leads to the watch; any other, before or after, to a page that says the link is spent. */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  if (token === undefined) return seeOther('/watch/confirm');
  const deps = dependencies();
  const pressed = await readForm(request, form);
  const isOurForm = pressed?.word === pressWord(deps.sealing, token);
  const stopToken = isOurForm ? await confirmWatch(deps, token) : undefined;
  return seeOther(`/watch/confirm?${stopToken === undefined ? `token=${token}` : `stop=${stopToken}`}`);
}
