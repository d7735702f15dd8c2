import { dependencies } from '../../../dependencies.ts';
import { seeOther, tokenIn } from '../../../form.ts';
import { confirmWatch } from '../../store.ts';

/** The press that confirmed it leads to the watch; any other, before or after, to a page that says the link is spent. */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  if (token === undefined) return seeOther('/watch/confirm');
  const stopToken = await confirmWatch(dependencies(), token);
  return seeOther(`/watch/confirm?${stopToken === undefined ? `token=${token}` : `stop=${stopToken}`}`);
}
