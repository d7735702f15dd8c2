import { z } from 'zod';
import { dependencies } from '../../../dependencies.ts';
import { askAgain, isOneClick, readForm, seeOther, stopped, tokensOf } from '../../../form.ts';
import { isAboutDigest, stopDigest } from '../digest.ts';
import { resumeWatch, stopWatch } from '../stop-watch.ts';

const form = z.strictObject({ act: z.enum(['stop', 'undo']).default('stop') });

/** Pressed on the page, or by a mail program for its owner (RFC 8058 §3.2: the answer must not be a redirect then). */
export async function POST(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const tokens = tokensOf(searchParams.getAll('token'));
  if (tokens.length === 0) return seeOther('/watch/stop');
  const onlyDigest = isAboutDigest(searchParams.get('only'));
  const query = tokens.map((token) => `token=${token}`).join('&');
  const page = `/watch/stop?${query}${onlyDigest ? '&only=digest' : ''}`;
  const oneClick = await isOneClick(request.clone());
  const pressed = oneClick ? { act: 'stop' as const } : await readForm(request, form);
  if (pressed === undefined) return askAgain(page);
  const act = onlyDigest ? stopDigest : pressed.act === 'undo' ? resumeWatch : stopWatch;
  for (const token of tokens) await act(dependencies(), token);
  return oneClick ? stopped() : seeOther(pressed.act === 'undo' ? `${page}&undone=yes` : page);
}
