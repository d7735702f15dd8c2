/** Which person a login elsewhere is. Two accounts are never joined by an address that somebody else states. */
import type { Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../../dependencies.ts';
import { recordAct } from '../audit.ts';
import { AccountError } from '../account-error.ts';
import { makeUser } from '../user.ts';
import type { LoginProof } from './providers.ts';

export interface ProviderLogin extends LoginProof {
  readonly provider: string;
}

/** Made at the first login. */
export async function userOfLogin(transaction: Transaction, login: ProviderLogin): Promise<string> {
  await lock(transaction, login);
  const known = await find(transaction, login);
  if (known !== undefined) {
    await renew(transaction, login);
    return known;
  }
  const userId = await makeUser(transaction);
  await insert(transaction, userId, login);
  return userId;
}

/** One more way for a person who is signed in. */
export async function addLogin(
  { sql }: Pick<Dependencies, 'sql'>,
  userId: string,
  login: ProviderLogin,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await lock(transaction, login);
    const known = await find(transaction, login);
    if (known === userId) return renew(transaction, login);
    if (known !== undefined)
      throw new AccountError('conflict', 'That login belongs to another account: sign in with it there.');
    await insert(transaction, userId, login);
  });
}

async function lock(transaction: Transaction, { issuer, subject }: ProviderLogin): Promise<void> {
  await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`login ${issuer} ${subject}`}, 0))`;
}

async function find(
  transaction: Transaction,
  { issuer, subject }: ProviderLogin,
): Promise<string | undefined> {
  const [known] = await transaction<{ user_id: string }[]>`
    SELECT user_id FROM account_login WHERE issuer = ${issuer} AND subject = ${subject}`;
  return known?.user_id;
}

/** Addresses and user names change hands: what counts is what the provider said last. */
async function renew(
  transaction: Transaction,
  { issuer, subject, shown, address }: ProviderLogin,
): Promise<void> {
  await transaction`
    UPDATE account_login SET shown = ${shown.slice(0, 320)}, address = ${address?.slice(0, 320) ?? null}
    WHERE issuer = ${issuer} AND subject = ${subject}`;
}

async function insert(transaction: Transaction, userId: string, login: ProviderLogin): Promise<void> {
  const { issuer, subject, provider, shown, address } = login;
  await transaction`
    INSERT INTO account_login (issuer, subject, user_id, provider, shown, address)
    VALUES (${issuer}, ${subject}, ${userId}, ${provider}, ${shown.slice(0, 320)}, ${address?.slice(0, 320) ?? null})`;
  await recordAct(transaction, {
    teamId: null,
    actor: { kind: 'user', id: userId },
    act: 'login.added',
    subject: userId,
    detail: { provider },
  });
}
