/**
 * Who asks, and what they may: the one place every page and route goes through. Authorisation is in the data layer:
 * nothing is read or written for a team but after requireTeam has given it.
 */
import type { Dependencies } from '../dependencies.ts';
import { apiKeyPrefix, findApiKey } from './api-key.ts';
import type { Actor } from './audit.ts';
import { AccountError } from './account-error.ts';
import { covers, isAtLeast, type Role, type Scope } from './roles.ts';
import { findSession, readCookie, sessionCookie } from './session.ts';

export interface TeamOfCaller {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The caller's own, without other members. */
  readonly isPersonal: boolean;
}

export interface Caller {
  readonly userId: string;
  /** Their own first. For a key: its one team, with the role its maker has there now. */
  readonly teams: readonly TeamOfCaller[];
  readonly proof:
    | { readonly kind: 'session'; readonly id: string; readonly since: Date }
    | { readonly kind: 'key'; readonly id: string; readonly scopes: ReadonlySet<Scope> };
}

type Reads = Pick<Dependencies, 'sql' | 'config'>;

/**
 * Undefined for a stranger. Pages know people by their cookie alone and the API by its key alone: a form of another site
 * cannot use the API with somebody's cookie, and a key opens no page.
 */
export async function readCaller(
  deps: Reads,
  headers: Headers,
  where: 'page' | 'api',
): Promise<Caller | undefined> {
  return where === 'page' ? callerOfCookie(deps, headers) : callerOfKey(deps, headers);
}

async function callerOfCookie(deps: Reads, headers: Headers): Promise<Caller | undefined> {
  const token = readCookie(headers.get('cookie'), sessionCookie(deps.config).name);
  const session = token === undefined ? undefined : await findSession(deps, token);
  if (session === undefined) return undefined;
  const { id, userId, since } = session;
  return { userId, teams: await teamsOf(deps, userId), proof: { kind: 'session', id, since } };
}

async function callerOfKey(deps: Reads, headers: Headers): Promise<Caller | undefined> {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (token === undefined || !token.startsWith(apiKeyPrefix)) return undefined;
  const key = await findApiKey(deps, token);
  if (key === undefined) return undefined;
  const teams = (await teamsOf(deps, key.userId)).filter(({ id }) => id === key.teamId);
  return { userId: key.userId, teams, proof: { kind: 'key', id: key.id, scopes: key.scopes } };
}

async function teamsOf({ sql }: Pick<Reads, 'sql'>, userId: string): Promise<TeamOfCaller[]> {
  const rows = await sql<{ id: string; name: string; role: Role; personal: boolean }[]>`
    SELECT team.id, team.name, member.role, team.personal_of IS NOT NULL AS personal
    FROM account_member member JOIN account_team team ON team.id = member.team_id
    WHERE member.user_id = ${userId}
    ORDER BY team.personal_of IS NULL, lower(team.name), team.id`;
  return rows.map(({ id, name, role, personal }) => ({ id, name, role, isPersonal: personal }));
}

/** The team, if the caller is in it with at least that role. A team of others is as unknown as one that never was. */
export function requireTeam(caller: Caller, teamId: string | null, role: Role): TeamOfCaller {
  const team = caller.teams.find(({ id }) => id === teamId);
  if (team === undefined) throw new AccountError('not-found', 'There is no such thing.');
  if (!isAtLeast(team.role, role))
    throw new AccountError('forbidden', `This needs a member with the role ${role}.`);
  return team;
}

/** Sessions may all that their person may; a key only what it was made for. */
export function requireScope({ proof }: Caller, scope: Scope): void {
  if (proof.kind === 'key' && !covers(proof.scopes, scope))
    throw new AccountError('missing-scope', `This key was not made for ${scope}.`);
}

/** Teams in which the caller has at least this role: the only ones that queries over several may name. */
export function teamIds(caller: Caller, role: Role = 'viewer'): string[] {
  return caller.teams.filter((team) => isAtLeast(team.role, role)).map(({ id }) => id);
}

export function personalTeam(caller: Caller): TeamOfCaller {
  const team = caller.teams.find(({ isPersonal }) => isPersonal);
  if (team === undefined) throw new AccountError('not-found', 'There is no such thing.');
  return team;
}

/** For what is of the person alone: a key of a team of several is not theirs to be known by. */
export function requirePerson(caller: Caller): string {
  if (!caller.teams.some(({ isPersonal }) => isPersonal))
    throw new AccountError('forbidden', 'This takes a key of your own team.');
  return caller.userId;
}

export function actorOf({ userId, proof }: Caller): Actor {
  return proof.kind === 'key' ? { kind: 'key', id: proof.id } : { kind: 'user', id: userId };
}

/** What is hard to undo asks who it is once more (ASVS 5.0 7.5.3): a session that somebody left open may not do it. */
export function requireFresh({ proof }: Caller, now: Date): void {
  if (proof.kind !== 'session' || now.getTime() - proof.since.getTime() > freshForMs)
    throw new AccountError(
      'forbidden',
      'For this you must have signed in within the last half hour. Sign out, sign in, and try again.',
    );
}

const freshForMs = 30 * 60_000;
