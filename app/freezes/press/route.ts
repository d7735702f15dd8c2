import { z } from 'zod';
import { press } from '../../account/asked.ts';
import type { Caller } from '../../account/caller.ts';
import { clientOf } from '../../account/limits.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';
import { proofLacking, proveOwnAddress } from '../proof-first.ts';
import { freeze, liftFreeze, readFreezeName } from '../store.ts';

const freezeForm = z.strictObject({
  act: z.literal('freeze'),
  identity: z.string().max(2048),
  reason: z.string().trim().max(500),
});
const form = z.discriminatedUnion('act', [
  freezeForm,
  z.strictObject({ act: z.literal('lift'), id: z.uuid() }),
]);

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, pressed) => {
    if (pressed.act === 'freeze') return pressedFreeze(caller, pressed, clientOf(request));
    try {
      await liftFreeze(dependencies(), caller, pressed.id);
      return '/freezes';
    } catch (error) {
      if (!isUnreached(error)) throw error;
      return '/freezes?problem=unreached';
    }
  });
}

/** What is refused leads back to the form with what was typed, and the page says at the field what lacks. */
async function pressedFreeze(
  caller: Caller,
  { identity, reason }: z.infer<typeof freezeForm>,
  client: string,
): Promise<string> {
  const deps = dependencies();
  const name = readFreezeName(identity);
  if (name === undefined) return withTyped('/freezes', { identity, reason });
  await proveOwnAddress(deps, caller, name, client);
  if ((await proofLacking(deps, caller, name)) !== undefined)
    return withTyped('/freezes', { identity, reason });
  try {
    await freeze(deps, caller, { identity, reason });
    return '/freezes';
  } catch (error) {
    if (!isUnreached(error)) throw error;
    return withTyped('/freezes', { identity, reason, problem: 'unreached' });
  }
}

// Classes differ between the bundle and main.ts, names do not.
const isUnreached = (error: unknown) => (error as Error).name === 'FreezesError';
