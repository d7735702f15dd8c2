/** Keys of programs: shown once, kept as a hash, for one team, never beyond what their maker may do there. */
import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { recordAct, type Actor } from './audit.ts';
import { AccountError } from './account-error.ts';
import { isAtLeast, scopes as knownScopes, type Role, type Scope } from './roles.ts';
import { hashOfToken, newToken } from './token.ts';

export const apiKeyPrefix = 'swk_';
const mostKeys = 50;
const hintLength = apiKeyPrefix.length + 6;

export interface ApiKey {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface ShownApiKey {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

type Uses = Pick<Dependencies, 'sql'>;

export interface NewApiKey {
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
}

/** Returns the key itself, which nobody can show again. */
export async function makeApiKey(
  { sql }: Uses,
  { teamId, userId, name, scopes, days }: NewApiKey,
  actor: Actor,
): Promise<string> {
  const { token, hash } = newToken(apiKeyPrefix);
  const id = randomUUID();
  await sql.begin(async (transaction) => {
    await transaction`SELECT 1 FROM account_team WHERE id = ${teamId} FOR UPDATE`;
    const [known] = await transaction<{ keys: number }[]>`
      SELECT count(*)::int AS keys FROM account_api_key
      WHERE team_id = ${teamId} AND ended_at IS NULL AND expires_at > now()`;
    if ((known?.keys ?? 0) >= mostKeys)
      throw new AccountError('too-many', `A team has at most ${mostKeys} keys.`);
    await transaction`
      INSERT INTO account_api_key (id, team_id, user_id, name, hint, token_hash, scopes, expires_at)
      VALUES (${id}, ${teamId}, ${userId}, ${name}, ${token.slice(0, hintLength)}, ${hash}, ${[...scopes]},
              now() + make_interval(days => ${days}))`;
    await recordAct(transaction, {
      teamId,
      actor,
      act: 'key.made',
      subject: id,
      detail: { scopes: scopes.join(' ') },
    });
  });
  return token;
}

export async function findApiKey({ sql }: Uses, token: string): Promise<ApiKey | undefined> {
  const [row] = await sql<
    { id: string; team_id: string; user_id: string; scopes: string[]; stale: boolean }[]
  >`
    SELECT id, team_id, user_id, scopes, coalesce(used_at, '-infinity') < now() - interval '10 minutes' AS stale
    FROM account_api_key
    WHERE token_hash = ${hashOfToken(token)} AND ended_at IS NULL AND expires_at > now()`;
  if (row === undefined) return undefined;
  if (row.stale) await sql`UPDATE account_api_key SET used_at = now() WHERE id = ${row.id}`;
  const scopes = new Set(row.scopes.filter((scope): scope is Scope => scope in knownScopes));
  return { id: row.id, teamId: row.team_id, userId: row.user_id, scopes };
}

export async function listApiKeys({ sql }: Uses, teamId: string): Promise<ShownApiKey[]> {
  return sql<ShownApiKey[]>`
    SELECT id, name, hint, scopes, created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt"
    FROM account_api_key WHERE team_id = ${teamId} AND ended_at IS NULL AND expires_at > now()
    ORDER BY created_at`;
}

/** One's own; whoever responds may end anybody's in the team, since a key that leaked cannot wait. */
export async function endApiKey(
  { sql }: Uses,
  { id: teamId, role }: { readonly id: string; readonly role: Role },
  id: string,
  { userId, actor }: { readonly userId: string; readonly actor: Actor },
): Promise<void> {
  await sql.begin(async (transaction) => {
    const [key] = await transaction<{ user_id: string }[]>`
      SELECT user_id FROM account_api_key
      WHERE id = ${id} AND team_id = ${teamId} AND ended_at IS NULL FOR UPDATE`;
    if (key === undefined) throw new AccountError('not-found', 'There is no such thing.');
    if (!isAtLeast(role, 'responder') && key.user_id !== userId)
      throw new AccountError('forbidden', 'This is for whoever made the key, or a responder of the team.');
    await transaction`UPDATE account_api_key SET ended_at = now() WHERE id = ${id}`;
    await recordAct(transaction, { teamId, actor, act: 'key.ended', subject: id });
  });
}
