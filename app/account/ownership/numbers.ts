/**
 * Whose numbers a name has. A platform gives a name anew and never a number, so a name proven under two is two things: each
 * proof stands for its own numbers and speaks for no other's.
 */
import type { Sql, Transaction } from '#lib/server/database.ts';
import { proofsThatDo, type Owned } from './owned.ts';
import type { Bound } from './store.ts';

interface Name {
  readonly kind: string;
  readonly value: string;
}

interface Held {
  readonly team_id: string;
  readonly kind: Owned['kind'];
  readonly bound: Bound;
}

/** A repository that moved to another owner keeps its number; only where one is not known, the owner's tells. */
export function areOthers(one: Bound, other: Bound): boolean {
  if (one.repositoryId !== undefined && other.repositoryId !== undefined)
    return one.repositoryId !== other.repositoryId;
  return one.ownerId !== undefined && other.ownerId !== undefined && one.ownerId !== other.ownerId;
}

export interface Claim {
  /** Of the team's own proofs; empty where they are bound to none. */
  readonly own: Bound;
  /** Of the proofs of other teams that are of another repository or owner. */
  readonly others: readonly Bound[];
}

/** What a team's proofs of a name, and those of others, are bound to. `known`: its numbers, where they are written down. */
export async function claimOf(
  sql: Sql | Transaction,
  teamId: string,
  name: Name,
  known?: Bound,
): Promise<Claim> {
  const proofs = proofsThatDo(name.kind, name.value);
  const rows = await sql<Held[]>`
    SELECT ownership.team_id, ownership.kind, ownership.bound FROM account_ownership ownership
    JOIN unnest(${proofs.map(({ kind }) => kind)}::text[], ${proofs.map(({ value }) => value)}::text[])
      AS proof (kind, value) ON proof.kind = ownership.kind AND proof.value = ownership.value
    WHERE ownership.ended_at IS NULL AND ownership.proven_at IS NOT NULL AND ownership.bound <> '{}'
    ORDER BY ownership.proven_at`;
  const held = rows.map((row) => ({ team: row.team_id, bound: numbersOf(row) }));
  const mine = held.filter(({ team }) => team === teamId);
  const own = known ?? mine.reduce<Bound>((all, { bound }) => ({ ...all, ...bound }), {});
  const others = held.filter(({ team, bound }) => team !== teamId && areOthers(own, bound));
  return { own, others: others.map(({ bound }) => bound) };
}

const isNumber = (given: string | undefined): given is string => /^[0-9]{1,20}$/.test(given ?? '');

/** A proof of an organisation says nothing of one repository. */
function numbersOf({ kind, bound }: Held): Bound {
  const { repositoryId, ownerId } = bound;
  return {
    ...(kind !== 'organisation' && isNumber(repositoryId) ? { repositoryId } : {}),
    ...(isNumber(ownerId) ? { ownerId } : {}),
  };
}

export function holderOf({ repositoryId, ownerId }: Bound): string {
  return repositoryId === undefined && ownerId === undefined ? '' : `${repositoryId ?? ''}/${ownerId ?? ''}`;
}

export function boundOf(holder: string): Bound {
  const [repositoryId = '', ownerId = ''] = holder.split('/');
  return { ...(repositoryId !== '' && { repositoryId }), ...(ownerId !== '' && { ownerId }) };
}

/** What a freeze of the name leaves alone, as the authority knows runs. */
export function sparedBy({ others }: Claim): string[] {
  const runs = others.map(({ repositoryId, ownerId }) =>
    repositoryId === undefined ? `owner ${ownerId ?? ''}` : `repository ${repositoryId}`,
  );
  return [...new Set(runs)].sort();
}
