/**
 * An address out of our search, because whoever reads it says so. The log keeps every signature and everybody can read
 * it there; watches go on. What rests on the proof of that very address ends with it.
 */
import { randomUUID } from 'node:crypto';
import { addressesIn } from '#lib/identity/address-text.ts';
import { normalise, pgpUserText } from '#lib/identity/normalise.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Transaction } from '#lib/server/database.ts';
import { recordAct, type Actor } from '../audit.ts';
import { AccountError } from '../account-error.ts';
import type { Ownership } from './store.ts';

type Reads = Pick<Dependencies, 'sql'>;

export const unlistedWords =
  'Whoever owns this address asked us not to list its signatures. That says nothing of how many there are: the logs keep them all, and anybody can read them there.';

/** Which of these names are not listed. */
export async function unlistedAmong({ sql }: Reads, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const asked = names.flatMap(addressesOf);
  const rows = await sql<{ value: string }[]>`
    SELECT DISTINCT value FROM account_unlisting
    WHERE value = ANY(${asked}) AND ended_at IS NULL`;
  const left = new Set(rows.map(({ value }) => value));
  return new Set(names.filter((name) => addressesOf(name).some((address) => left.has(address))));
}

/** The name, and the addresses that a user id claims: keys that carry an address say as much of it as its own signatures. */
function addressesOf(name: string): string[] {
  const userId = pgpUserText(name);
  if (userId === name) return [name];
  const addresses = addressesIn(userId).flatMap((address) => normalise('email', address));
  return addresses.map(({ value }) => value);
}

/** Who proved that this very address is theirs sees what is not listed for others. */
export async function readsAsOwner(
  { sql }: Reads,
  teams: readonly string[],
  value: string,
): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM account_ownership WHERE kind = 'email' AND value = ${value} AND proven_at IS NOT NULL
      AND ended_at IS NULL AND team_id = ANY(${teams as string[]}::uuid[]) LIMIT 1`;
  return rows.length > 0;
}

export async function isUnlistedBy({ sql }: Reads, { teamId, value }: Ownership): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM account_unlisting WHERE team_id = ${teamId} AND value = ${value} AND ended_at IS NULL`;
  return rows.length > 0;
}

/** Only the address itself: the owner of a domain does not speak for those who write from it. */
export async function leaveSearch({ sql }: Reads, ownership: Ownership, actor: Actor): Promise<void> {
  if (ownership.kind !== 'email' || ownership.provenAt === undefined)
    throw new AccountError('forbidden', 'This is for an address that you proved to be yours.');
  const { teamId } = ownership;
  await sql.begin(async (transaction) => {
    const left = await transaction`
      INSERT INTO account_unlisting (id, team_id, value)
      SELECT ${randomUUID()}, team_id, value FROM account_ownership
      WHERE id = ${ownership.id} AND ended_at IS NULL FOR UPDATE
      ON CONFLICT DO NOTHING RETURNING id`;
    if (left.length > 0)
      await recordAct(transaction, { teamId, actor, act: 'search.left', subject: ownership.id });
  });
}

export async function returnToSearch({ sql }: Reads, ownership: Ownership, actor: Actor): Promise<void> {
  await sql.begin((transaction) => endUnlisting(transaction, ownership, actor));
}

/** Also when the proof ends. */
export async function endUnlisting(
  transaction: Transaction,
  { id, teamId, kind, value }: Ownership,
  actor: Actor,
): Promise<void> {
  if (kind !== 'email') return;
  const ended = await transaction`
    UPDATE account_unlisting SET ended_at = now()
    WHERE team_id = ${teamId} AND value = ${value} AND ended_at IS NULL RETURNING id`;
  if (ended.length > 0) await recordAct(transaction, { teamId, actor, act: 'search.returned', subject: id });
}
