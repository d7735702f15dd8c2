import { z } from 'zod';
import { press } from '../../account/asked.ts';
import { AccountError } from '../../account/account-error.ts';
import { reasonOf } from '../../api/problem.ts';
import { dependencies } from '../../dependencies.ts';
import { intentBody } from '../schemas.ts';
import { cancelIntent, makeIntent } from '../store.ts';

const optional = z
  .string()
  .trim()
  .max(2048)
  .transform((text) => (text === '' ? undefined : text));

const form = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('cancel'), id: z.uuid() }),
  z.strictObject({
    act: z.literal('make'),
    repository: z.string().trim().max(2048),
    digest: optional,
    count: optional,
    ref: optional,
    workflow: optional,
    hours: z.coerce.number().min(0.1).max(720),
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
    const { act: _, hours, count, ...rest } = pressed;
    const until = new Date(deps.now().getTime() + hours * 3_600_000).toISOString();
    const given = { ...rest, until, ...(count === undefined ? {} : { count: Number(count) }) };
    const body = intentBody.safeParse(JSON.parse(JSON.stringify(given)));
    if (!body.success) throw new AccountError('invalid', reasonOf(body.error));
    await makeIntent(deps, caller, body.data);
    return '/intents';
  });
}
