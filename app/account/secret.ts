/** Secrets for one use within minutes: the state of a login under way, the challenge of a passkey. */
import type { z } from 'zod';
import type { Sql } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { hashOfToken, newToken } from './token.ts';

export type Purpose = 'login' | 'passkey-sign-in' | 'passkey-add';

const minutes = 10;

/** `payload` comes back from whoever spends it: JSON. */
export async function makeSecret(
  { sql }: Pick<Dependencies, 'sql'>,
  purpose: Purpose,
  payload: Readonly<Record<string, string>>,
): Promise<string> {
  const { token, hash } = newToken();
  await sql`
    INSERT INTO account_secret (token_hash, purpose, payload, expires_at)
    VALUES (${hash}, ${purpose}, ${sql.json(payload)}, now() + make_interval(mins => ${minutes}))`;
  return token;
}

/** Undefined for one that was used, is too old, or was made for something else. */
export async function spendSecret<T>(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  purpose: Purpose,
  token: string | undefined,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  if (token === undefined) return undefined;
  const [row] = await sql.unsafe<{ payload: unknown }[]>(statement('spend-secret'), [
    hashOfToken(token),
    purpose,
  ]);
  return row === undefined ? undefined : schema.parse(row.payload);
}

export async function sweepSecrets(sql: Sql): Promise<void> {
  await sql`DELETE FROM account_secret WHERE expires_at < now() - interval '1 day'`;
}
