import { dependencies } from '../../../dependencies.ts';
import { seeOther, tokenIn } from '../../../form.ts';
import { stopWatch } from '../../store.ts';
import { isAboutDigest, stopDigest } from '../digest.ts';

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  const oneClick = new URLSearchParams(await request.text()).get('List-Unsubscribe') === 'One-Click';
  const onlyDigest = isAboutDigest(new URL(request.url).searchParams.get('only'));
  if (token !== undefined)
    await (onlyDigest ? stopDigest(dependencies(), token) : stopWatch(dependencies(), token));
  if (oneClick)
    return new Response('Stopped.\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  if (token === undefined) return seeOther('/watch/stop');
  return seeOther(`/watch/stop?token=${token}${onlyDigest ? '&only=digest' : ''}`);
}
