import { dependencies } from '../../../dependencies.ts';
import { seeOther, tokensOf } from '../../../form.ts';
import { stopWatch } from '../../store.ts';
import { isAboutDigest, stopDigest } from '../digest.ts';

/** RFC 8058 §3.1: the mail program sends it in either form that browsers do. */
async function isOneClick(request: Request): Promise<boolean> {
  const type = request.headers.get('content-type')?.toLowerCase() ?? '';
  const isMultipart = type.startsWith('multipart/form-data');
  const fields = isMultipart ? await request.formData().catch(() => undefined) : undefined;
  const given = fields ?? new URLSearchParams(isMultipart ? '' : await request.text());
  return given.get('List-Unsubscribe') === 'One-Click';
}

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const tokens = tokensOf(searchParams.getAll('token'));
  const oneClick = await isOneClick(request);
  const onlyDigest = isAboutDigest(searchParams.get('only'));
  for (const token of tokens)
    await (onlyDigest ? stopDigest(dependencies(), token) : stopWatch(dependencies(), token));
  if (oneClick)
    return new Response('Stopped.\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  if (tokens.length === 0) return seeOther('/watch/stop');
  const again = tokens.map((token) => `token=${token}`).join('&');
  return seeOther(`/watch/stop?${again}${onlyDigest ? '&only=digest' : ''}`);
}
