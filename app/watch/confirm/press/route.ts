import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { askAgain, readForm, seeOther, tokenIn } from '../../../form.ts';
import { confirmWatches } from '../../confirmation.ts';
import { writeConfirmed } from '../confirmed-cookie.ts';

/** Ids of what else waits for a yes of that address, as the page named and ticked them. */
const form = z.record(z.uuid(), z.literal('yes'));

/** The press that confirmed it is shown the watch; any other, before or after, reads that the link is spent. */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  if (token === undefined) return seeOther('/watch/confirm');
  const page = `/watch/confirm?token=${token}`;
  const ticked = await readForm(request, form);
  if (ticked === undefined) return askAgain(page);
  const stopToken = await confirmWatches(dependencies(), token, Object.keys(ticked));
  const answer = seeOther(page);
  if (stopToken !== undefined)
    answer.headers.append('set-cookie', writeConfirmed(dependencies().config, stopToken));
  return answer;
}
