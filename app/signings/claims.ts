/**
 * What PGP keys claim of an address: signatures with keys that carry it in a user id, which nobody checked. Never counted
 * among those of the address, always said beside them.
 */
import { pgpUserOf, type Identity } from '#lib/identity/normalise.ts';
import type { Dependencies } from '../dependencies.ts';
import { findSignings } from './store.ts';

export interface Claims {
  /** What they are found by. */
  readonly identity: string;
  readonly signatures: number;
}

/** Undefined for a name that no user id could carry. */
export async function findClaims(
  deps: Pick<Dependencies, 'sql' | 'statement'>,
  identity: Identity | undefined,
): Promise<Claims | undefined> {
  if (identity?.kind !== 'email') return undefined;
  const claimed = pgpUserOf(identity.value);
  const { total } = await findSignings(deps, { identity: claimed, limit: 1 });
  return { identity: claimed, signatures: total };
}
