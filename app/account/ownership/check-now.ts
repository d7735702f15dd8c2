/** A check that somebody asks for, on the page or by key: looks once, and keeps what it saw. */
import { AccountError } from '../account-error.ts';
import { actorOf, type Caller } from '../caller.ts';
import { takeFromLimit, type HourlyLimit } from '../limits.ts';
import type { Dependencies } from '../../dependencies.ts';
import { afterProof } from './after-proof.ts';
import { check, methodsOf, type Checked } from './check.ts';
import { recordMiss, recordProof, type Method, type Ownership } from './store.ts';

/** Our looking elsewhere must not become somebody's knocking there. */
const checks: HourlyLimit = { what: 'ownership check', perNetwork: 60, everyone: 2_000 };

interface Asked {
  /** Of a team that the caller is an owner of. */
  readonly ownership: Ownership;
  readonly method: Method;
  readonly client: string;
}

export async function checkNow(
  deps: Pick<
    Dependencies,
    'sql' | 'statement' | 'config' | 'ownershipWorld' | 'renderLetter' | 'freezes' | 'logger'
  >,
  caller: Caller,
  { ownership, method, client }: Asked,
): Promise<Checked> {
  if (!methodsOf(ownership.kind).includes(method))
    throw new AccountError('invalid', 'That proves no such name.');
  await takeFromLimit(deps, checks, client);
  const checked = await check(deps.ownershipWorld, ownership, method);
  if (checked.isProven) {
    await recordProof(deps.sql, ownership, { method, ...checked }, actorOf(caller));
    await afterProof(deps);
  } else if (ownership.provenAt === undefined) await recordMiss(deps.sql, ownership, checked.findings);
  return checked;
}
