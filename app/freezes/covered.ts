/**
 * Freezes that other teams set and that stand on names which these teams proved to own. A team may be gone and its freeze
 * not: whoever owns the name now must see it, or nobody could lift it.
 */
import { areOthers, boundOf, claimOf } from '../account/ownership/numbers.ts';
import { owningTeams, proofsThatDo, type Owned } from '../account/ownership/owned.ts';
import type { Dependencies } from '../dependencies.ts';

interface Name {
  readonly kind: string;
  readonly value: string;
}

/** Whether one of these teams proved to own a name. */
export async function provenBy(
  { sql }: Pick<Dependencies, 'sql'>,
  teams: readonly string[],
): Promise<(name: Name) => boolean> {
  const proofs = await sql<Owned[]>`
    SELECT DISTINCT kind, value FROM account_ownership
    WHERE team_id = ANY(${teams as string[]}::uuid[]) AND ended_at IS NULL AND proven_at IS NOT NULL`;
  const proven = new Set(proofs.map(({ kind, value }) => `${kind} ${value}`));
  return ({ kind, value }) =>
    proven.size > 0 && proofsThatDo(kind, value).some((proof) => proven.has(`${proof.kind} ${proof.value}`));
}

/** Their ids, without those of who proved the name under other numbers. Few freezes stand at a time, so all are looked at. */
export async function coveredFreezes(
  { sql }: Pick<Dependencies, 'sql'>,
  teams: readonly string[],
): Promise<string[]> {
  const isProven = await provenBy({ sql }, teams);
  const standing = await sql<Standing[]>`
    SELECT id, kind, value, holder FROM account_freeze
    WHERE lifted_at IS NULL AND team_id <> ALL(${teams as string[]}::uuid[])`;
  const named = standing.filter(isProven);
  const same = await Promise.all(named.map((freeze) => isOfSame({ sql }, teams, freeze)));
  return named.filter((_, at) => same[at]).map(({ id }) => id);
}

interface Standing extends Name {
  readonly id: string;
  readonly holder: string;
}

async function isOfSame(
  { sql }: Pick<Dependencies, 'sql'>,
  teams: readonly string[],
  freeze: Standing,
): Promise<boolean> {
  const owning = await owningTeams({ sql }, teams, freeze);
  const claims = await Promise.all(owning.map((teamId) => claimOf(sql, teamId, freeze)));
  return claims.some(({ own }) => !areOthers(own, boundOf(freeze.holder)));
}
