import { z } from 'zod';
import { answerProgram, privateJson } from '../../../account/asked.ts';
import { clientOf, takeFromLimit } from '../../../account/limits.ts';
import { codesTyped } from '../../../account/login/email-code.ts';
import { beginSignIn, finishSignIn, passkeyResponse } from '../../../account/login/passkey-account.ts';
import { signIn } from '../../../account/login/sign-in.ts';
import { nextPath } from '../../../account/next-path.ts';
import { readBody } from '../../../api/problem.ts';
import { dependencies } from '../../../dependencies.ts';

const body = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('begin') }),
  z.strictObject({ act: z.literal('finish'), next: z.string().max(500), response: passkeyResponse }),
]);

/** Asked by the script of the sign-in page (app/client/passkey.ts). */
export async function POST(request: Request): Promise<Response> {
  return answerProgram(async () => {
    const deps = dependencies();
    const read = await readBody(request, body);
    if ('problem' in read) return read.problem;
    await takeFromLimit(deps, codesTyped, clientOf(request));
    if (read.value.act === 'begin') return privateJson(await beginSignIn(deps));
    const { response, next } = read.value;
    const userId = await finishSignIn(deps, response);
    const cookie = await signIn(request, { method: 'passkey', person: async () => userId });
    const answer = privateJson({ next: nextPath(next) });
    answer.headers.append('set-cookie', cookie);
    return answer;
  });
}
