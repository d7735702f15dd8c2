import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { requireFresh } from '../../../account/caller.ts';
import { tellOfWayIn } from '../../../account/way-in-notice.ts';
import { clientOf, takeFromLimit } from '../../../account/limits.ts';
import { browserOf, codesTyped, redeemSignInCode } from '../../../account/login/email-code.ts';
import { addConfirmedAddress } from '../../../account/profile.ts';
import { dependencies } from '../../../dependencies.ts';

const form = z.strictObject({ code: z.string().max(100) });

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, { code }) => {
    const deps = dependencies();
    // A code may have been asked for at the sign-in, which asks nobody who they are.
    requireFresh(caller, deps.now());
    const { userId } = caller;
    const browser = browserOf(deps, request.headers);
    if (browser === undefined) return '/settings';
    await takeFromLimit(deps, codesTyped, clientOf(request));
    const redeemed = await redeemSignInCode(deps, browser, code.replaceAll(/[\s-]/g, ''));
    if (redeemed.outcome !== 'accepted') return '/settings/address?problem=code';
    await addConfirmedAddress(deps, userId, redeemed.email);
    await tellOfWayIn(deps, userId, 'address');
    return '/settings';
  });
}
