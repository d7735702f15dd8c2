import { z } from 'zod';
import { press } from '../../../account/asked.ts';
import { acceptInvitation } from '../../../account/invitation.ts';
import { dependencies } from '../../../dependencies.ts';
import { tokenIn } from '../../../form.ts';

export async function POST(request: Request): Promise<Response> {
  return press(request, z.strictObject({}), async ({ userId }) => {
    const token = tokenIn(request);
    if (token === undefined) return '/team/join';
    return `/team/${await acceptInvitation(dependencies(), token, userId)}`;
  });
}
