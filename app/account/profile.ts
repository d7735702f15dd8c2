/** What a person is known by, and how that changes. */
import { looksLikeAddress } from '#lib/identity/email-address.ts';
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordAct, type Actor } from './audit.ts';
import { AccountError } from './account-error.ts';
import { addAddress, adoptWatches } from './user.ts';

export interface Profile {
  readonly name: string;
  readonly createdAt: Date;
  readonly addresses: readonly { readonly address: string; readonly confirmedAt: Date }[];
  readonly logins: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly provider: string;
    readonly shown: string;
  }[];
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdAt: Date;
    readonly usedAt: Date | null;
  }[];
}

type Uses = Pick<Dependencies, 'sql' | 'prisma'>;

export async function readProfile({ prisma }: Uses, userId: string): Promise<Profile> {
  const user = await prisma.accountUser.findUniqueOrThrow({ where: { id: userId } });
  const where = { userId };
  const addresses = await prisma.accountEmail.findMany({
    where,
    select: { address: true, confirmedAt: true },
    orderBy: { confirmedAt: 'asc' },
  });
  const logins = await prisma.accountLogin.findMany({
    where,
    select: { issuer: true, subject: true, provider: true, shown: true },
    orderBy: { createdAt: 'asc' },
  });
  const passkeys = await prisma.accountPasskey.findMany({ where, orderBy: { createdAt: 'asc' } });
  return {
    name: user.name,
    createdAt: user.createdAt,
    addresses,
    logins,
    passkeys: passkeys.map(({ credentialId, name, createdAt, usedAt }) => ({
      id: credentialId,
      name,
      createdAt,
      usedAt,
    })),
  };
}

export async function renameUser(
  { sql }: Pick<Uses, 'sql'>,
  userId: string,
  name: string,
  actor: Actor = { kind: 'user', id: userId },
): Promise<void> {
  await sql.begin(async (transaction) => {
    await refuseOthersAddress(transaction, userId, name);
    await transaction`UPDATE account_user SET name = ${name} WHERE id = ${userId}`;
    await recordAct(transaction, {
      teamId: null,
      actor,
      act: 'user.renamed',
      subject: userId,
    });
  });
}

/** A name stands where others read who answered an alert: nobody may sign there as somebody else's address. */
async function refuseOthersAddress(transaction: Transaction, userId: string, name: string): Promise<void> {
  if (!looksLikeAddress(name)) return;
  const own = await transaction`
    SELECT 1 FROM account_email WHERE user_id = ${userId} AND address = ${name.toLowerCase()}`;
  if (own.length === 0)
    throw new AccountError('invalid', 'A name must not look like an address, unless it is your own.');
}

/** An address that typed its code becomes theirs, unless it is another person's. */
export async function addConfirmedAddress(
  { sql }: Pick<Uses, 'sql'>,
  userId: string,
  address: string,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`account ${address}`}, 0))`;
    const [known] = await transaction<{ user_id: string }[]>`
      SELECT user_id FROM account_email WHERE address = ${address}`;
    if (known?.user_id === userId) return;
    if (known !== undefined)
      throw new AccountError('conflict', 'That address has an account of its own: sign in with it there.');
    await addAddress(transaction, userId, address);
    await adoptWatches(transaction, userId, address);
  });
}

/** One way to sign in always stays. */
export async function removeWayIn(
  { sql }: Pick<Uses, 'sql'>,
  userId: string,
  way: { readonly passkey: string } | { readonly issuer: string; readonly subject: string },
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`SELECT 1 FROM account_user WHERE id = ${userId} FOR UPDATE`;
    const removed =
      'passkey' in way
        ? await transaction`
            DELETE FROM account_passkey WHERE user_id = ${userId} AND credential_id = ${way.passkey} RETURNING 1`
        : await transaction`
            DELETE FROM account_login
            WHERE user_id = ${userId} AND issuer = ${way.issuer} AND subject = ${way.subject} RETURNING 1`;
    if (removed.length === 0) throw new AccountError('not-found', 'There is no such thing.');
    const [left] = await transaction<{ ways: number }[]>`
      SELECT (SELECT count(*) FROM account_email WHERE user_id = ${userId})::int
           + (SELECT count(*) FROM account_login WHERE user_id = ${userId})::int
           + (SELECT count(*) FROM account_passkey WHERE user_id = ${userId})::int AS ways`;
    if ((left?.ways ?? 0) === 0)
      throw new AccountError('conflict', 'That is your only way to sign in: add another one first.');
    await recordAct(transaction, {
      teamId: null,
      actor: { kind: 'user', id: userId },
      act: 'passkey' in way ? 'passkey.removed' : 'login.removed',
      subject: userId,
    });
  });
}
