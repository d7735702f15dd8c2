import { dependencies } from '../../../dependencies.ts';
import { seeOther, tokenIn } from '../../../form.ts';
import { confirmWatch } from '../../store.ts';

/** The page this leads back to says what became of it. */
export async function POST(request: Request): Promise<Response> {
  const token = tokenIn(request);
  if (token === undefined) return seeOther('/watch/confirm');
  await confirmWatch(dependencies(), token);
  return seeOther(`/watch/confirm?token=${token}`);
}
