import { z } from 'zod';
import { readMailbox } from '#lib/identity/normalise.ts';
import { dependencies } from '../../dependencies.ts';
import { readWatchable, watchPath } from '../../find/question.ts';
import { noSoonerThan, readForm, seeOther } from '../../form.ts';
import { answerFloorMs, requestWatch } from '../store.ts';

const form = z.strictObject({ identity: z.string().max(2048).optional(), email: z.string().max(320) });

export async function POST(request: Request): Promise<Response> {
  const fields = await readForm(request, form);
  if (fields === undefined) return seeOther('/');
  const email = readMailbox(fields.email);
  const identity = readWatchable(fields.identity ?? fields.email);
  if (identity === undefined) return seeOther(`/?q=${encodeURIComponent(fields.identity ?? fields.email)}`);
  if (email === undefined) return seeOther(`${watchPath(identity)}?problem=email`);
  const client = request.headers.get('x-sigwatch-client') ?? 'unknown';
  await noSoonerThan(answerFloorMs, requestWatch(dependencies(), { identity, email, client }));
  return seeOther('/watch/sent');
}
