import { dependencies } from '../../../dependencies.ts';
import { seeOther, tokenIn } from '../../../form.ts';
import { stopWatch } from '../../store.ts';

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  const oneClick = new URLSearchParams(await request.text()).get('List-Unsubscribe') === 'One-Click';
  if (token !== undefined) await stopWatch(dependencies(), token);
  if (oneClick)
    return new Response('Stopped.\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  return seeOther(token === undefined ? '/watch/stop' : `/watch/stop?token=${token}`);
}
