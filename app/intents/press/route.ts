import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';
import { cancelIntent, makeIntent } from '../store.ts';
import { readTyped } from '../typed.ts';

const text = z.string().max(2048);

const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('cancel'), id: z.uuid() }),
  z.strictObject({
    act: z.literal('make'),
    repository: text,
    digest: text,
    count: text,
    ref: text,
    workflow: text,
    hours: text,
    team: z.uuid(),
  }),
]);

export async function POST(request: Request): Promise<Response> {
  return press(request, form, async (caller, pressed) => {
    const deps = dependencies();
    if (pressed.act === 'cancel') {
      await cancelIntent(deps, caller, pressed.id);
      return '/intents';
    }
    const { act: _, team, ...typed } = pressed;
    const body = readTyped(typed, deps.now());
    if ('field' in body) return withTyped('/intents', { ...typed, team });
    await makeIntent(deps, caller, { ...body, team });
    return '/intents';
  });
}
