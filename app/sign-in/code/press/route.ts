import { z } from 'zod';
import { answerPress } from '../../../account/asked.ts';
import { clientOf, takeFromLimit } from '../../../account/limits.ts';
import { browserCookie, browserOf, codesTyped, redeemSignInCode } from '../../../account/login/email-code.ts';
import { signIn } from '../../../account/login/sign-in.ts';
import { nextPath } from '../../../account/next-path.ts';
import { userOfAddress } from '../../../account/user.ts';
import { dependencies } from '../../../dependencies.ts';
import { seeOther } from '../../../form.ts';

const form = z.strictObject({ code: z.string().max(100), next: z.string().max(500) });

export async function POST(request: Request): Promise<Response> {
  return answerPress(request, form, async (pressed) => {
    const deps = dependencies();
    const next = nextPath(pressed.next);
    const browser = browserOf(deps, request.headers);
    if (browser === undefined) return '/sign-in?problem=ended';
    await takeFromLimit(deps, codesTyped, clientOf(request));
    const redeemed = await redeemSignInCode(deps, browser, pressed.code.replaceAll(/[\s-]/g, ''));
    if (redeemed.outcome !== 'accepted')
      return `/sign-in/code?problem=${redeemed.outcome}&next=${encodeURIComponent(next)}`;
    const cookie = await signIn(request, {
      method: 'code',
      person: (transaction) => userOfAddress(transaction, redeemed.email),
    });
    const answer = seeOther(next);
    answer.headers.append('set-cookie', cookie);
    const { name, attributes } = browserCookie(deps.config);
    answer.headers.append('set-cookie', `${name}=; ${attributes.replace(/Max-Age=\d+/, 'Max-Age=0')}`);
    return answer;
  });
}
