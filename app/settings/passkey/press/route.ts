import { z } from 'zod';
import { answerProgram, privateJson } from '../../../account/asked.ts';
import { readCaller, requireFresh } from '../../../account/caller.ts';
import { AccountError } from '../../../account/account-error.ts';
import { beginAdding, finishAdding, passkeyResponse } from '../../../account/login/passkey-account.ts';
import { tellOfWayIn } from '../../../account/way-in-notice.ts';
import { readBody } from '../../../api/problem.ts';
import { dependencies } from '../../../dependencies.ts';

const body = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('begin') }),
  z.strictObject({
    act: z.literal('finish'),
    name: z.string().trim().min(1).max(80),
    response: passkeyResponse,
  }),
]);

/** Asked by the script of the settings (app/client/passkey.ts). */
export async function POST(request: Request): Promise<Response> {
  return answerProgram(async () => {
    const deps = dependencies();
    const caller = await readCaller(deps, request.headers, 'page');
    if (caller === undefined) throw new AccountError('not-signed-in', 'Sign in first.');
    const read = await readBody(request, body);
    if ('problem' in read) return read.problem;
    requireFresh(caller, deps.now());
    if (read.value.act === 'begin') return privateJson(await beginAdding(deps, caller.userId));
    await finishAdding(deps, caller.userId, read.value.name, read.value.response);
    await tellOfWayIn(deps, caller.userId, 'passkey');
    return privateJson({ next: '/settings' });
  });
}
