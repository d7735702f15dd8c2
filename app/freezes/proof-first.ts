/** Before a freeze: whether the name is proven to be the caller's, and which proof would do where it is not. */
import { personalTeam, teamIds, type Caller } from '../account/caller.ts';
import { checkNow } from '../account/ownership/check-now.ts';
import { owningTeams, proofsThatDo, type Owned } from '../account/ownership/owned.ts';
import { askOwnership } from '../account/ownership/store.ts';
import type { Dependencies } from '../dependencies.ts';
import type { FreezeName } from '#lib/server/freezes.ts';

/** Undefined where nothing lacks; `no-proof` for a name of a kind that nobody can prove here. */
export async function proofLacking(
  deps: Pick<Dependencies, 'sql'>,
  caller: Caller,
  name: FreezeName,
): Promise<Owned | 'no-proof' | undefined> {
  const owning = await owningTeams(deps, teamIds(caller, 'owner'), name);
  if (owning.length > 0 || (await isOwnAddress(deps, caller, name))) return undefined;
  return proofsThatDo(name.kind, name.value)[0] ?? 'no-proof';
}

/**
 * Whoever typed the code that was mailed to an address has proven it: the check below looks for just that, so nobody in a
 * hurry is sent to press it first. Of any other name this does nothing.
 */
export async function proveOwnAddress(
  deps: Dependencies,
  caller: Caller,
  name: FreezeName,
  client: string,
): Promise<void> {
  if ((await owningTeams(deps, teamIds(caller, 'owner'), name)).length > 0) return;
  if (!(await isOwnAddress(deps, caller, name))) return;
  const ownership = await askOwnership(deps.sql, {
    teamId: personalTeam(caller).id,
    userId: caller.userId,
    owned: { kind: 'email', value: name.value },
    actor: { kind: 'user', id: caller.userId },
  });
  await checkNow(deps, caller, { ownership, method: 'code', client });
}

async function isOwnAddress(
  { sql }: Pick<Dependencies, 'sql'>,
  { userId }: Caller,
  { kind, value }: FreezeName,
): Promise<boolean> {
  if (kind !== 'email') return false;
  const held = await sql`SELECT 1 FROM account_email WHERE user_id = ${userId} AND address = ${value}`;
  return held.length > 0;
}
