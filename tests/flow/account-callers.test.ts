import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { findApiKey, makeApiKey } from '#app/account/api-key.ts';
import { readCaller, requireScope, requireTeam, teamIds } from '#app/account/caller.ts';
import { owningTeams } from '#app/account/ownership/owned.ts';
import { openSession, endSession, listSessions } from '#app/account/session.ts';
import { teamWatch } from '#app/account/team-watch.ts';
import { userOfAddress } from '#app/account/user.ts';
import { openPrisma } from '#lib/server/database.ts';
import { readConfig } from '#lib/server/config.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const { sql, url } = await freshDatabase();
const config = readConfig({ NODE_ENV: 'test' });
const prisma = openPrisma(url, { max: 1 });
const deps = { sql, prisma, config };

async function signIn(address: string): Promise<{ userId: string; headers: Headers }> {
  const { userId, cookie } = await sql.begin(async (transaction) => {
    const id = await userOfAddress(transaction, address);
    const set = await openSession(transaction, config, { userId: id, method: 'code', agent: 'test' });
    return { userId: id, cookie: set };
  });
  return { userId, headers: new Headers({ cookie: cookie.split(';')[0] ?? '' }) };
}

async function callerOf(headers: Headers, where: 'page' | 'api' = 'page') {
  const caller = await readCaller(deps, headers, where);
  if (caller === undefined) throw new Error('a stranger');
  return caller;
}

async function watchOf(email: string, teamId: string | null, state = 'confirmed'): Promise<string> {
  const id = randomUUID();
  await sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, team_id)
    VALUES (${id}, 'email', ${email}, ${email}, ${email}, ${email}, ${state}, ${Buffer.from(id)}, ${id}, now(), ${teamId})`;
  return id;
}

it('a session knows its person, in a team of their own, until it is ended', async () => {
  const { userId, headers } = await signIn('jane@example.com');
  const caller = await callerOf(headers);
  expect(caller).toMatchObject({ userId, teams: [{ role: 'owner', isPersonal: true }] });
  expect(await readCaller(deps, headers, 'api')).toBeUndefined();
  const [session] = await listSessions(deps, userId);
  expect(await endSession(deps, randomUUID(), session?.id ?? '')).toBe(false);
  expect(await endSession(deps, userId, session?.id ?? '')).toBe(true);
  expect(await readCaller(deps, headers, 'page')).toBeUndefined();
});

it('many first sign-ins with one address at the same time are one person', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, () => signIn('same@example.com')));
  expect(new Set(many.map(({ userId }) => userId)).size).toBe(1);
});

it('watches that a mailbox made without an account are taken over by its person, others are not', async () => {
  const own = await watchOf('adopter@example.com', null);
  const pending = await watchOf('adopter@example.com', null, 'pending');
  const other = await watchOf('stranger@example.com', null);
  const caller = await callerOf((await signIn('adopter@example.com')).headers);
  expect(await teamWatch(deps, caller, own)).toMatchObject({ teamId: caller.teams[0]?.id });
  for (const id of [pending, other, randomUUID(), 'x'])
    await expect(teamWatch(deps, caller, id)).rejects.toMatchObject({ code: 'not-found' });
});

it('a key acts for its team alone, for its scopes, and with the role its maker has at that moment', async () => {
  const { userId, headers } = await signIn('maker@example.com');
  const teamId = (await callerOf(headers)).teams[0]?.id ?? '';
  const other = randomUUID();
  await sql`INSERT INTO account_team (id, name) VALUES (${other}, 'Other')`;
  await sql`INSERT INTO account_member (team_id, user_id, role) VALUES (${other}, ${userId}, 'owner')`;
  const key = await makeApiKey(
    deps,
    { teamId: other, userId, name: 'ci', scopes: ['alerts:read'], days: 30 },
    { kind: 'user', id: userId },
  );
  const bearer = new Headers({ authorization: `Bearer ${key}`, cookie: headers.get('cookie') ?? '' });
  const caller = await callerOf(bearer, 'api');
  expect(teamIds(caller)).toEqual([other]);
  expect(() => requireTeam(caller, teamId, 'viewer')).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(() => requireScope(caller, 'alerts:read')).not.toThrow();
  expect(() => requireScope(caller, 'alerts:write')).toThrow(
    expect.objectContaining({ code: 'missing-scope' }),
  );
  await sql`UPDATE account_member SET role = 'viewer' WHERE team_id = ${other}`;
  const later = await callerOf(bearer, 'api');
  expect(() => requireTeam(later, other, 'responder')).toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  );
  await sql`DELETE FROM account_member WHERE team_id = ${other}`;
  expect(teamIds(await callerOf(bearer, 'api'))).toEqual([]);
  const [kept] = await sql<{ text: string }[]>`SELECT account_api_key::text AS text FROM account_api_key`;
  expect(kept?.text).not.toContain(key);
  await sql`UPDATE account_api_key SET expires_at = now()`;
  expect(await findApiKey(deps, key)).toBeUndefined();
});

it.each(['', 'Bearer', 'Basic abc', 'Bearer swk_', `Bearer swk_${'a'.repeat(5000)}`, 'Bearer x\u00e9'])(
  'nobody is known by %j',
  async (authorization) => {
    expect(await readCaller(deps, new Headers({ authorization }), 'api')).toBeUndefined();
  },
);

it('a proof covers what lies below it and nothing beside it', async () => {
  const { userId, headers } = await signIn('owner@example.com');
  const teams = teamIds(await callerOf(headers));
  const prove = (kind: string, value: string) => sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, asked_by, proven_at)
    VALUES (${randomUUID()}, ${teams[0] ?? ''}, ${kind}, ${value}, ${randomUUID()}, ${userId}, now())`;
  await prove('domain', 'acme.example');
  await prove('repository', 'github.com/acme/app');
  const isOwned = async (kind: string, value: string) =>
    (await owningTeams(deps, teams, { kind, value })).length === 1;
  for (const [kind, value] of [
    ['email', 'x@acme.example'],
    ['email', 'x@mail.acme.example'],
    ['domain', 'acme.example'],
    ['repository', 'github.com/acme/app'],
    ['uri', 'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main'],
  ] as const)
    expect(await isOwned(kind, value), value).toBe(true);
  for (const [kind, value] of [
    ['email', 'x@notacme.example'],
    ['email', 'x@example'],
    ['domain', 'example'],
    ['repository', 'github.com/acme/app2'],
    ['organisation', 'github.com/acme'],
    ['uri', 'https://evil.example/github.com/acme/app'],
  ] as const)
    expect(await isOwned(kind, value), value).toBe(false);
});

it('nobody changes or removes what the record says, the owner of the database included', async () => {
  for (const statement of [
    `UPDATE account_audit SET act = 'x'`,
    'DELETE FROM account_audit',
    'TRUNCATE account_audit CASCADE',
    `SET session_replication_role = replica; DELETE FROM account_audit`,
  ])
    await expect(sql.unsafe(statement)).rejects.toThrow(/append-only/);
  expect((await sql`SELECT 1 FROM account_audit`).length).toBeGreaterThan(5);
});
