import { z } from 'zod';
import { watchTarget } from '#lib/identity/watch-target.ts';
import { AccountError } from '../../../account/account-error.ts';
import { press } from '../../../account/asked.ts';
import { dependencies } from '../../../dependencies.ts';
import { isShownKind } from '../../kinds.ts';
import { addWatch } from '../../store.ts';

const form = z.strictObject({
  kind: z.string(),
  value: z.string().max(2048),
  email: z.string().max(320),
  team: z.uuid(),
});

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, { kind, value, email, team }) => {
    const target = isShownKind(kind) ? watchTarget(kind, value) : undefined;
    if (target === undefined) throw new AccountError('invalid', 'Nothing can be watched by that.');
    const id = await addWatch(dependencies(), caller, { teamId: team, target, email });
    return `/watch/settings?watch=${id}`;
  });
}
