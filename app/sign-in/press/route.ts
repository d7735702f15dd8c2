import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { answerPress } from '../../account/asked.ts';
import { clientOf, takeFromLimit } from '../../account/limits.ts';
import { answerFloorMs, browserCookie, codesAsked, sendSignInCode } from '../../account/login/email-code.ts';
import { beginLogin } from '../../account/login/provider-login.ts';
import { nextPath } from '../../account/next-path.ts';
import { newToken } from '../../account/token.ts';
import { dependencies } from '../../dependencies.ts';
import { noSoonerThan, seeOther } from '../../form.ts';

const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('address'), email: z.string().max(320), next: z.string().max(500) }),
  z.strictObject({ act: z.literal('provider'), provider: z.string().max(60), next: z.string().max(500) }),
]);

/** The same answer, in the same time, for every address. */
export async function POST(request: Request): Promise<Response> {
  return answerPress(request, form, async (pressed) => {
    const deps = dependencies();
    const next = nextPath(pressed.next);
    if (pressed.act === 'provider') return beginLogin(deps, pressed.provider, { next, userId: '' });
    const query = `next=${encodeURIComponent(next)}`;
    const email = parseEmailAddress(pressed.email);
    if (email === undefined) return `/sign-in?problem=email&${query}`;
    await takeFromLimit(deps, codesAsked, clientOf(request));
    const { token: browser } = newToken();
    await noSoonerThan(answerFloorMs, sendSignInCode(deps, browser, email));
    const { name, attributes } = browserCookie(deps.config);
    const answer = seeOther(`/sign-in/code?${query}`);
    answer.headers.append('set-cookie', `${name}=${browser}; ${attributes}`);
    return answer;
  });
}
