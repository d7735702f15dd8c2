import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { askAgain, readForm, seeOther, tokenIn } from '../../../form.ts';
import { confirmWatch } from '../../store.ts';

const form = z.strictObject({});

/** The press that confirmed it leads to the watch; any other, before or after, to a page that says the link is spent. */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  if (token === undefined) return seeOther('/watch/confirm');
  const page = `/watch/confirm?token=${token}`;
  if ((await readForm(request, form)) === undefined) return askAgain(page);
  const stopToken = await confirmWatch(dependencies(), token);
  return seeOther(stopToken === undefined ? page : `/watch/confirm?stop=${stopToken}`);
}
