/** A freeze never outlives whoever may lift it: it ends with its team, or is another's that proved the name. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { readCaller, teamIds, type Caller } from '#app/account/caller.ts';
import { deletePerson } from '#app/account/forget-person.ts';
import { openSession } from '#app/account/session.ts';
import { deleteTeam, makeTeam } from '#app/account/team.ts';
import { userOfAddress } from '#app/account/user.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { freeze, liftFreeze, listFreezes, listWatchedFreezes } from '#app/freezes/store.ts';
import { freezeStore } from '#ca/freeze/store.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { FreezesError } from '#lib/server/freezes.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { testSealing } from '#tests/harness/monitor.ts';

const { sql, url } = await freshDatabase();
const prisma = openPrisma(url, { max: 2 });
afterAll(() => prisma.$disconnect());
const config = readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' });
const store = freezeStore(sql);
let isUp = true;
const answered = async <T>(answer: () => Promise<T>): Promise<T> => {
  if (!isUp) throw new FreezesError('unreachable', 'down');
  return answer();
};
/** The authority's own list, without the wire between. */
const freezes = {
  put: (asked) => answered(() => store.put(asked)),
  end: (asked) => answered(() => store.end(asked)),
  find: async (name) => (await store.list(name))[0],
  all: () => answered(() => store.list()),
} satisfies Dependencies['freezes'];
const deps = {
  sql,
  prisma,
  config,
  freezes,
  renderLetter,
  statement: namedSql,
  sealing: testSealing,
  now: () => new Date(),
} as unknown as Dependencies;

let run = 0;
let value = '';
beforeEach(() => {
  isUp = true;
  value = `jane${++run}@gone.example`;
});

async function signedIn(address: string): Promise<Caller> {
  const cookie = await sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, address);
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
  const caller = await readCaller(deps, new Headers({ cookie: cookie.split(';')[0] ?? '' }), 'page');
  if (caller === undefined) throw new Error('a stranger');
  return caller;
}

async function proves(teamId: string, kind = 'email', name = value): Promise<void> {
  const id = randomUUID();
  await sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, method, proven_at, checked_at)
    VALUES (${id}, ${teamId}, ${kind}, ${name}, ${id}, 'code', now(), now())`;
}

async function owner(address = value): Promise<Caller> {
  const caller = await signedIn(address);
  await proves(teamIds(caller)[0] ?? '');
  return caller;
}

const isFrozen = async () => (await store.list({ kind: 'email', value })).length > 0;

it('is lifted with the account of its owner, and on record', async () => {
  const jane = await owner();
  const { id } = await freeze(deps, jane, { identity: value, reason: 'lost laptop' });
  expect(await isFrozen()).toBe(true);
  const teamId = teamIds(jane)[0] ?? '';
  await sql`
    INSERT INTO account_intent (id, team_id, source, made_by, until)
    VALUES (${randomUUID()}, ${teamId}, ${value}, 'jane', now() + interval '1 hour')`;
  await deletePerson(deps, jane.userId);
  const left = await sql`
    SELECT 1 FROM account_freeze WHERE value = ${value} OR reason = 'lost laptop'
    UNION ALL SELECT 1 FROM account_intent WHERE source = ${value}
    UNION ALL SELECT 1 FROM ca_freeze WHERE value = ${value}`;
  expect(left).toHaveLength(0);
  expect(await isFrozen()).toBe(false);
  const acts = await sql<
    { act: string }[]
  >`SELECT act FROM account_audit WHERE subject_id = ${id} ORDER BY id`;
  expect(acts.map(({ act }) => act)).toEqual(['freeze.set', 'freeze.lifted']);
});

it('is lifted with its team', async () => {
  const jane = await signedIn(value);
  const teamId = await makeTeam(deps, jane.userId, 'Acme');
  await proves(teamId);
  await freeze(deps, await signedIn(value), { identity: value });
  await deleteTeam(deps, teamId, { kind: 'system' });
  expect(await isFrozen()).toBe(false);
});

it('keeps account and team while the authority cannot be asked', async () => {
  const jane = await owner();
  await freeze(deps, jane, { identity: value });
  isUp = false;
  await expect(deletePerson(deps, jane.userId)).rejects.toThrow('nothing was deleted');
  expect((await listFreezes(deps, jane)).map(({ liftedAt }) => liftedAt)).toEqual([null]);
  expect(await isFrozen()).toBe(true);
});

it('is another’s that proved the name, who is not told by whom or why', async () => {
  const [jane, other] = [await owner(), await owner(`other${run}@gone.example`)];
  const made = await freeze(deps, jane, { identity: value, reason: 'lost laptop' });
  const [seen] = await listFreezes(deps, other);
  expect(seen).toMatchObject({ id: made.id, madeBy: 'another team', reason: null, liftedAt: null });
  await deletePerson(deps, jane.userId);
  expect(await isFrozen()).toBe(true);
  const [kept] = await listFreezes(deps, other);
  expect(kept).toMatchObject({
    id: made.id,
    teamId: teamIds(other)[0],
    madeBy: 'a team that is gone',
    reason: null,
  });
  await liftFreeze(deps, other, made.id);
  expect(await isFrozen()).toBe(false);
});

it('of a team that was gone before shows to whoever proves the name, as the authority’s own does, and to no other', async () => {
  const [teamless, stranger] = [randomUUID(), await owner(`stranger${run}@else.example`)];
  await sql`UPDATE account_ownership SET value = 'else.example', kind = 'domain' WHERE team_id = ${teamIds(stranger)[0] ?? ''}`;
  await freezes.put({ kind: 'email', value, by: 'jane' });
  const jane = await owner();
  expect(
    (await listWatchedFreezes({ ...deps, freezes: { ...freezes } }, jane)).map((told) => told.value),
  ).toEqual([value]);
  const [{ id } = { id: '' }] = await sql<{ id: string }[]>`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by)
    VALUES (gen_random_uuid(), ${teamless}, 'email', ${value}, 'jane') RETURNING id`;
  expect((await listFreezes(deps, jane)).map((row) => row.id)).toEqual([id]);
  const again = { ...deps, freezes: { ...freezes } };
  expect(await listWatchedFreezes(again, jane)).toEqual([]);
  expect([await listFreezes(deps, stranger), await listWatchedFreezes(again, stranger)]).toEqual([[], []]);
  await liftFreeze(deps, jane, id);
  expect(await isFrozen()).toBe(false);
});
