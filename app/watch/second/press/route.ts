import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { readForm, seeOther, tokenIn } from '../../../form.ts';
import { actOnSecond } from '../store.ts';

const form = z.union([
  z.strictObject({ act: z.enum(['confirm', 'stop']) }),
  z.strictObject({ 'List-Unsubscribe': z.literal('One-Click') }),
]);

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  const channel = new URL(request.url).searchParams.get('channel');
  const pressed = await readForm(request, form);
  if (pressed === undefined || token === undefined || channel === null) return seeOther('/watch/second');
  const oneClick = 'List-Unsubscribe' in pressed;
  await actOnSecond(dependencies(), { channel, token }, oneClick ? 'stop' : pressed.act);
  if (oneClick)
    return new Response('Stopped.\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  return seeOther(`/watch/second?channel=${encodeURIComponent(channel)}&token=${token}`);
}
