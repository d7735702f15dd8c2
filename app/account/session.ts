/** Sessions of browsers. A sign-in always makes a new one, so nobody can plant theirs (ASVS 5.0 7.2.4). */
import { randomUUID } from 'node:crypto';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Config } from '#lib/server/config.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Dependencies } from '../dependencies.ts';
import { recordAct, type Actor } from './audit.ts';
import { hashOfToken, newToken } from './token.ts';

const lastsDays = 30;
const idleDays = 14;
/** "Last used" is no more exact than this: a page that is looked at writes nothing else. */
const seenEveryMinutes = 10;

export interface Session {
  readonly id: string;
  readonly userId: string;
  /** When the person last proved who they are. */
  readonly since: Date;
}

export interface ShownSession {
  readonly id: string;
  readonly method: string;
  readonly agent: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
}

type Uses = Pick<Dependencies, 'sql'>;

/** Browsers keep a `__Host-` cookie to this very host and to TLS; they count this machine itself as safe. */
export function sessionCookie({ web }: Pick<Config, 'web'>): { name: string; attributes: string } {
  return hostCookie(web.url, 'sigwatch');
}

export function hostCookie(webUrl: string, bare: string): { name: string; attributes: string } {
  const { protocol, hostname } = new URL(webUrl);
  const isSafe = protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    name: isSafe ? `__Host-${bare}` : bare,
    attributes: `Path=/; HttpOnly; SameSite=Lax${isSafe ? '; Secure' : ''}`,
  };
}

/** Undefined when it stands there twice: then somebody else set one of them. */
export function readCookie(header: string | null, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

/** Returns the value of Set-Cookie. */
export async function openSession(
  transaction: Transaction,
  config: Config,
  { userId, method, agent }: { userId: string; method: string; agent: string },
): Promise<string> {
  const { token, hash } = newToken();
  const id = randomUUID();
  await transaction`
    INSERT INTO account_session (id, user_id, token_hash, method, agent, expires_at)
    VALUES (${id}, ${userId}, ${hash}, ${method}, ${visibleText(agent, 200)},
            now() + make_interval(days => ${lastsDays}))`;
  await recordAct(transaction, {
    teamId: null,
    actor: { kind: 'user', id: userId },
    act: 'session.opened',
    subject: id,
    detail: { method },
  });
  const { name, attributes } = sessionCookie(config);
  return `${name}=${token}; ${attributes}; Max-Age=${lastsDays * 86_400}`;
}

export function endedCookie(config: Config): string {
  const { name, attributes } = sessionCookie(config);
  return `${name}=; ${attributes}; Max-Age=0`;
}

export async function findSession({ sql }: Uses, token: string): Promise<Session | undefined> {
  const [row] = await sql<{ id: string; user_id: string; created_at: Date; stale: boolean }[]>`
    SELECT id, user_id, created_at, seen_at < now() - make_interval(mins => ${seenEveryMinutes}) AS stale
    FROM account_session
    WHERE token_hash = ${hashOfToken(token)} AND expires_at > now()
      AND seen_at > now() - make_interval(days => ${idleDays})`;
  if (row === undefined) return undefined;
  if (row.stale) await sql`UPDATE account_session SET seen_at = now() WHERE id = ${row.id}`;
  return { id: row.id, userId: row.user_id, since: row.created_at };
}

export async function listSessions({ sql }: Uses, userId: string): Promise<ShownSession[]> {
  const rows = await sql<
    (Omit<ShownSession, 'createdAt' | 'seenAt'> & Record<'created_at' | 'seen_at', Date>)[]
  >`
    SELECT id, method, agent, created_at, seen_at FROM account_session
    WHERE user_id = ${userId} AND expires_at > now() AND seen_at > now() - make_interval(days => ${idleDays})
    ORDER BY seen_at DESC`;
  return rows.map(({ id, method, agent, created_at: createdAt, seen_at: seenAt }) => ({
    id,
    method,
    agent,
    createdAt,
    seenAt,
  }));
}

/** Gone with its row: the very next request with it is a stranger's. False when it was no session of theirs. */
export async function endSession(
  { sql }: Uses,
  userId: string,
  id: string,
  actor: Actor = { kind: 'user', id: userId },
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const ended = await transaction`
      DELETE FROM account_session WHERE id = ${id} AND user_id = ${userId} RETURNING id`;
    if (ended.length === 0) return false;
    await recordAct(transaction, {
      teamId: null,
      actor,
      act: 'session.ended',
      subject: id,
    });
    return true;
  });
}

export async function endOtherSessions({ sql }: Uses, userId: string, keep: string): Promise<void> {
  const others = await sql<{ id: string }[]>`
    SELECT id FROM account_session WHERE user_id = ${userId} AND id <> ${keep}`;
  for (const { id } of others) await endSession({ sql }, userId, id);
}

/** Sessions that can no longer be used serve nothing. */
export async function sweepSessions(sql: Sql): Promise<void> {
  await sql`
    DELETE FROM account_session
    WHERE expires_at < now() OR seen_at < now() - make_interval(days => ${idleDays})`;
}
