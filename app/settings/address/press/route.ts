import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { clientOf, takeFromLimit } from '../../../account/limits.ts';
import { browserOf, codesTyped, redeemSignInCode } from '../../../account/login/email-code.ts';
import { addConfirmedAddress } from '../../../account/profile.ts';
import { dependencies } from '../../../dependencies.ts';

const form = z.strictObject({ code: z.string().max(100) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async ({ userId }, { code }) => {
    const deps = dependencies();
    const browser = browserOf(deps, request.headers);
    if (browser === undefined) return '/settings';
    await takeFromLimit(deps, codesTyped, clientOf(request));
    const redeemed = await redeemSignInCode(deps, browser, code.replaceAll(/[\s-]/g, ''));
    if (redeemed.outcome !== 'accepted') return '/settings/address?problem=code';
    await addConfirmedAddress(deps, userId, redeemed.email);
    return '/settings';
  });
}
