/** A proof by signing in where the code lives: whoever administers it there owns it here. */
import type { Dependencies } from '../../dependencies.ts';
import { actorOf, readCaller, type Caller } from '../caller.ts';
import { AccountError } from '../account-error.ts';
import { afterLogin, beginLogin, type FinishedLogin } from '../login/provider-login.ts';
import { teamOwnership } from './asked.ts';
import { afterProof } from './after-proof.ts';
import { recordMiss, recordProof, type Ownership } from './store.ts';

/** The logins that can say who administers this. */
export function appLogins({ logins }: Pick<Dependencies, 'logins'>, { value }: Ownership): readonly string[] {
  return logins.ofHost(value.split('/')[0] ?? '');
}

export async function beginProof(
  deps: Dependencies,
  caller: Caller,
  ownership: Ownership,
  provider: string,
): Promise<Response | string> {
  if (!appLogins(deps, ownership).includes(provider))
    throw new AccountError('invalid', 'That login says nothing of this name.');
  const [, owner = '', name = ''] = ownership.value.split('/');
  return beginLogin(deps, provider, {
    next: `/ownership/${ownership.id}`,
    userId: caller.userId,
    ownership: ownership.id,
    path: ownership.kind === 'organisation' ? owner : `${owner}/${name}`,
    asks: ownership.kind === 'organisation' ? 'organisations' : 'who',
  });
}

/** For the very person who began it, if they still are an owner of the team. */
export async function finishProof(
  deps: Dependencies,
  request: Request,
  done: Extract<FinishedLogin, { kind: 'admin' }>,
): Promise<Response> {
  const caller = await readCaller(deps, request.headers, 'page');
  if (caller?.userId !== done.userId) return afterLogin(deps, '/sign-in?problem=ended');
  const ownership = await teamOwnership(deps, caller, done.ownership, 'owner');
  const { administered, provider } = done;
  const at = `the login at ${provider}`;
  if (!administered.isAdmin) {
    if (ownership.provenAt === undefined)
      await recordMiss(deps.sql, ownership, [{ at, said: administered.said }]);
    return afterLogin(deps, done.next);
  }
  if (isOther(ownership, administered.bound))
    throw new AccountError(
      'conflict',
      'That is another one of the same name by now: give this proof up and begin anew.',
    );
  const findings = [{ at, said: 'administers it' }];
  await recordProof(
    deps.sql,
    ownership,
    { method: 'app-login', bound: administered.bound, findings },
    actorOf(caller),
  );
  await afterProof(deps);
  return afterLogin(deps, done.next);
}

/** Numbers once bound stay bound. */
function isOther({ bound, kind }: Ownership, seen: Ownership['bound']): boolean {
  const differs = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  return (
    differs(bound.ownerId, seen.ownerId) ||
    (kind !== 'organisation' && differs(bound.repositoryId, seen.repositoryId))
  );
}
