import { z } from 'zod';
import { answerPress } from '../../../account/asked.ts';
import { readCaller } from '../../../account/caller.ts';
import { addLogin, userOfLogin } from '../../../account/login/login-account.ts';
import { afterLogin, finishLogin } from '../../../account/login/provider-login.ts';
import { finishProof } from '../../../account/ownership/app-login.ts';
import { signIn } from '../../../account/login/sign-in.ts';
import { tellOfWayIn } from '../../../account/way-in-notice.ts';
import { dependencies } from '../../../dependencies.ts';

const form = z.strictObject({ act: z.literal('finish') });

export async function POST(request: Request): Promise<Response> {
  return answerPress(request, form, async () => {
    const deps = dependencies();
    const done = await finishLogin(deps, request);
    if (done === undefined) return afterLogin(deps, '/sign-in?problem=provider');
    if (done.kind === 'admin') return finishProof(deps, request, done);
    const login = { ...done.proof, provider: done.provider };
    if (done.userId === '') {
      const method = done.provider;
      const cookie = await signIn(request, {
        method,
        person: (transaction) => userOfLogin(transaction, login),
      });
      return afterLogin(deps, done.next, cookie);
    }
    // The session may have ended meanwhile, or be another person's.
    const caller = await readCaller(deps, request.headers, 'page');
    if (caller?.userId !== done.userId) return afterLogin(deps, '/sign-in?problem=ended');
    await addLogin(deps, done.userId, login);
    await tellOfWayIn(deps, done.userId, 'login');
    return afterLogin(deps, done.next);
  });
}
