import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { AccountError } from '../../account/account-error.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';
import { freeze, liftFreeze, readFreezeName } from '../store.ts';

const form = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('freeze'),
    identity: z.string().max(2048),
    reason: z.string().trim().max(500),
  }),
  z.strictObject({ act: z.literal('lift'), id: z.uuid() }),
]);

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, pressed) => {
    if (pressed.act === 'freeze' && readFreezeName(pressed.identity) === undefined)
      return withTyped('/freezes', { identity: pressed.identity, reason: pressed.reason });
    try {
      if (pressed.act === 'lift') await liftFreeze(dependencies(), caller, pressed.id);
      else await freeze(dependencies(), caller, pressed);
      return '/freezes';
    } catch (error) {
      // Classes differ between the bundle and main.ts, names do not.
      if ((error as Error).name !== 'FreezesError') throw error;
      throw new AccountError(
        'conflict',
        'The certificate authority could not be reached: nothing was changed.',
      );
    }
  });
}
