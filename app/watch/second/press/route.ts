import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { askAgain, isOneClick, readForm, seeOther, stopped, tokenIn } from '../../../form.ts';
import { actOnSecond } from '../store.ts';

const form = z.strictObject({ act: z.enum(['confirm', 'stop']) });

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  const channel = new URL(request.url).searchParams.get('channel');
  if (token === undefined || channel === null) return seeOther('/watch/second');
  if (await isOneClick(request.clone())) {
    await actOnSecond(dependencies(), { channel, token }, 'stop');
    return stopped();
  }
  const page = `/watch/second?channel=${encodeURIComponent(channel)}&token=${token}`;
  const pressed = await readForm(request, form);
  if (pressed === undefined) return askAgain(page);
  await actOnSecond(dependencies(), { channel, token }, pressed.act);
  return seeOther(page);
}
