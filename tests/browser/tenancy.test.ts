/**
 * Every route and every act of a form, as somebody whose business it is not: what belongs to others answers like what
 * never was, shows nothing of it, and changes nothing of it. Routes are read from the app tree, so a new one is crawled.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeApiKey } from '#app/account/api-key.ts';
import { scopeNames, type Scope } from '#app/account/roles.ts';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { Person } from './person.ts';
import { routeList } from './route-list.ts';
import { actionsOf, readRoutes, type Route } from './routes.ts';
import { bodyOf, ofOneself, scopeOf } from './tenancy-api.ts';
import { otherAddress, sameAddress, upgrade, type Asking } from './transports.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
// Enough for a crawl from one address.
const plenty = { API_REQUESTS_PER_MINUTE: '1000000', ALL_REQUESTS_PER_MINUTE: '1000000' };
const web = await startWeb(url, plenty);
const routes = readRoutes();
const canary = 'canaryword';
const owner = new Person(web.url, sql);
const viewer = new Person(web.url, sql);
const stranger = new Person(web.url, sql);
const anonymous = new Person(web.url, sql);

/** Everything of the victim that an address or a form could name. */
const ids: Record<string, string> = {};
let strangersTeam = '';
const tokens = { alert: 'a'.repeat(43), watch: 'w'.repeat(43), stop: 's'.repeat(43), feed: 'f'.repeat(43) };
const hash = (token: string) => Buffer.from(sha256(utf8(token)));

async function idOf(address: string): Promise<string> {
  const [row] = await sql<
    { id: string }[]
  >`SELECT user_id AS id FROM account_email WHERE address = ${address}`;
  return row?.id ?? '';
}

beforeAll(async () => {
  await owner.signIn('owner@victim.example');
  await viewer.signIn('viewer@victim.example');
  await stranger.signIn('stranger@other.example');
  const path = await owner.pressed('/team', { act: 'make', name: `Team ${canary}` });
  const other = await stranger.pressed('/team', { act: 'make', name: 'Elsewhere' });
  strangersTeam = other.split('/').at(-1) ?? '';
  const team = path.split('/').at(-1) ?? '';
  ids['team'] = team;
  ids['user'] = await idOf('owner@victim.example');
  await sql`
    INSERT INTO account_member (team_id, user_id, role) VALUES (${team}, ${await idOf('viewer@victim.example')}, 'viewer')`;
  await owner.pressed(path, { act: 'invite', email: `${canary}@invited.example`, role: 'owner' });
  await owner.pressed('/ownership', { team, kind: 'domain', name: `${canary}.example` });
  for (const name of ['watch', 'alert', 'rule', 'channel', 'intent', 'freeze', 'delivery', 'view'])
    ids[name] = randomUUID();
  const {
    watch = '',
    alert = '',
    rule = '',
    channel = '',
    intent = '',
    freeze = '',
    delivery = '',
    view = '',
  } = ids;
  await sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, team_id)
    VALUES (${watch}, 'email', 'x', ${`${canary}@watched.example`}, 'owner@victim.example', 'x', 'confirmed',
      ${hash(tokens.watch)}, ${tokens.stop}, now(), ${team})`;
  await sql`
    INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash)
    VALUES (${alert}, ${watch}, 'log', 1, 'unexpected', ${sql.json([{ rule: 'x', words: canary }])}, '{}', ${hash(tokens.alert)})`;
  await sql`
    INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
    VALUES (${rule}, ${watch}, '{}', ${canary}, now() + interval '1 day')`;
  await sql`
    INSERT INTO account_channel (id, watch_id, url, secret, private_key)
    VALUES (${channel}, ${watch}, ${`https://${canary}.example/`}, 'x', 'x')`;
  await sql`
    INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id) VALUES (${delivery}, ${channel}, ${alert}, 'alert', 'msg_x')`;
  await sql`
    INSERT INTO account_feed (watch_id, token, token_hash) VALUES (${watch}, ${tokens.feed}, ${hash(tokens.feed)})`;
  await sql`
    INSERT INTO account_intent (id, team_id, source, made_by, until)
    VALUES (${intent}, ${team}, ${`github.com/${canary}/app`}, ${canary}, now() + interval '1 day')`;
  await sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by)
    VALUES (${freeze}, ${team}, 'email', ${`${canary}@frozen.example`}, ${canary})`;
  await sql`INSERT INTO account_view (id, team_id, name, query) VALUES (${view}, ${team}, ${canary}, 'x')`;
  const rows = await sql<{ name: string; id: string }[]>`
    SELECT 'invitation' AS name, id FROM account_invitation WHERE team_id = ${team}
    UNION ALL SELECT 'ownership', id FROM account_ownership WHERE team_id = ${team}
    UNION ALL SELECT 'session', id FROM account_session WHERE user_id = ${ids['user']}`;
  for (const { name, id } of rows) ids[name] = id;
  const key = { teamId: team, userId: ids['user'], name: canary, scopes: [...scopeNames], days: 1 };
  await makeApiKey({ sql }, key, { kind: 'user', id: ids['user'] });
  const [made] = await sql<{ id: string }[]>`SELECT id FROM account_api_key WHERE team_id = ${team}`;
  ids['key'] = made?.id ?? '';
});

/** Addresses of one route: one for each id that could stand in it. */
function addresses({ path }: Route, id: string): string {
  const fixed: Record<string, string> = {
    log: 'log',
    index: '1',
    identity: 'nobody@nowhere.example',
    sha256: '0'.repeat(64),
    prefix: '00000',
    act: path.includes('[channel]') ? 'rotate' : 'mine',
  };
  return path.replaceAll(/\[([^\]]+)\]/g, (_, name: string) => fixed[name.replace('...', '')] ?? id);
}

const namesOne = ({ path }: Route) => addresses({ path } as Route, 'A') !== addresses({ path } as Route, 'B');

/** What an answer says, without what is of this very request. */
async function said(answer: Response, id: string): Promise<{ status: number; text: string }> {
  const text = (await answer.text()).replaceAll(id, 'ID').replaceAll(/nonce="[^"]*"/g, '');
  const to = (answer.headers.get('location') ?? '').replaceAll(id, 'ID');
  return { status: answer.status, text: `${to}\n${text}` };
}

/** Everything kept of the victim, but for when it was last used. */
async function kept(): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name ~ '^(account|alert|mail)_'
      AND table_name NOT IN ('account_limit', 'account_session', 'account_secret', 'account_login_code') ORDER BY 1`;
  const all = Object.values(ids).join('|');
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await sql<{ text: string }[]>`
      SELECT row::text AS text FROM ${sql(name)} AS row WHERE row::text ~ ${`${all}|${canary}`} ORDER BY 1`;
    texts.push(...rows.map(({ text }) => `${name} ${text}`));
  }
  return texts.join('\n');
}

const keysMade = new Map<string, Promise<string>>();

/** One for each use: a team has only so many. */
function keyFor(address: string, teamId: string, scopes: readonly Scope[]): Promise<string> {
  const use = `${address} ${teamId} ${scopes.join(' ')}`;
  const made = keysMade.get(use) ?? makeKey(address, teamId, scopes);
  keysMade.set(use, made);
  return made;
}

async function makeKey(address: string, teamId: string, scopes: readonly Scope[]): Promise<string> {
  const userId = await idOf(address);
  return makeApiKey({ sql }, { teamId, userId, name: 'k', scopes, days: 1 }, { kind: 'user', id: userId });
}

const pages = routes.filter(({ path, method }) => method === 'GET' && !path.startsWith('/api/'));
const presses = routes.filter(({ path, method }) => method === 'POST' && !path.startsWith('/api/'));
const api = routes.filter(({ path }) => path.startsWith('/api/v1/'));

it('the crawl knows the routes there are', () => {
  expect(pages.length).toBeGreaterThan(20);
  expect(presses.length).toBeGreaterThan(10);
  expect(api.length).toBeGreaterThan(8);
  const settings = presses.find(({ path }) => path === '/settings');
  expect(settings && actionsOf(settings, {}).map(({ fields }) => fields['act'])).toContain('end-session');
});

it('the owner sees what others must not: the word they are caught by is there', async () => {
  expect(await owner.page(`/team/${ids['team']}`)).toContain(canary);
  expect(await owner.page(`/ownership/${ids['ownership']}`)).toContain(canary);
  expect(await viewer.page(`/team/${ids['team']}`)).toContain(canary);
});

describe.each([
  ['anonymous', anonymous],
  ['other', stranger],
] as const)('pages as %s', (_, person) => {
  it.each(pages.map((route) => [route.path, route] as const))('%s', async (_path, route) => {
    for (const id of namesOne(route) ? Object.values(ids) : ['none']) {
      const random = randomUUID();
      const [its, none] = await Promise.all(
        [id, random].map(async (one) => said(await person.ask(addresses(route, one)), one)),
      );
      if (namesOne(route)) expect(its, id).toEqual(none);
      for (const query of [`?team=${ids['team']}`, `?id=${ids['watch']}`, '?_rsc=x']) {
        const { text } = await said(await person.ask(`${addresses(route, id)}${query}`), id);
        expect(text.replace(query, ''), query).not.toContain(canary);
      }
      expect(its?.text).not.toContain(canary);
    }
  });
});

const isPublic: ReadonlySet<string> = new Set(routeList.public);
const others = routes.filter(({ path, method }) => method === 'GET' && !isPublic.has(`GET ${path}`));
const cookiesOf = ({ cookies }: Person) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** Of an answer, what a reader of it learns. */
async function learnt(person: Person, { path, headers }: Asking, id: string) {
  const answer = await person.ask(path, { headers });
  expect(answer.headers.get('content-type') ?? '', path).not.toContain('text/x-component');
  return said(answer, id);
}

describe.each([
  ['anonymous', anonymous],
  ['other', stranger],
  ['viewer', viewer],
] as const)('every way of asking, as %s', (name, person) => {
  it.each(others.map((route) => [route.path, route] as const))('%s', async (_path, route) => {
    // What a team's viewer may see by its page they may see; nobody sees more by another way.
    const named = [ids['team'], ids['ownership'], ids['alert']].map((id) => id ?? '');
    for (const one of namesOne(route) ? named : ['none']) {
      const path = addresses(route, one);
      const plain = await learnt(person, { path, headers: {} }, one);
      if (name !== 'viewer') expect(plain.text).not.toContain(canary);
      for (const ask of Object.values(sameAddress)) {
        const { status, text } = await learnt(person, ask(path), one);
        expect({ status, text: text.replaceAll(/([?&]|%3F|%26)_rsc(=|%3D)1abcd/g, '') }).toEqual(plain);
      }
      for (const ask of Object.values(otherAddress))
        expect((await learnt(person, ask(path), one)).text).not.toContain(canary);
      const upgraded = await upgrade(web.url, path, cookiesOf(person));
      expect(upgraded).toMatch(/^HTTP\/1\.1 400 /);
      expect(upgraded).not.toContain(canary);
    }
  });
});

describe.each([
  ['anonymous', anonymous],
  ['other', stranger],
  ['viewer', viewer],
] as const)('presses as %s', (_, person) => {
  it.each(presses.map((route) => [route.path, route] as const))(
    '%s changes nothing of the victim',
    async (_path, route) => {
      const before = await kept();
      for (const id of Object.values(ids)) {
        const values = {
          id,
          team: ids['team'] ?? '',
          user: ids['user'] ?? '',
          watch: ids['watch'] ?? '',
          role: 'owner',
          kind: 'domain',
          method: 'dns',
          days: '7',
          email: `x-${canary.slice(0, 3)}@x.example`,
          name: 'Changed',
          next: '/settings',
        };
        for (const { fields } of actionsOf(route, values)) {
          // These end the session or the account of whoever presses, which is theirs to do.
          if (['sign-out', 'delete'].includes(fields['act'] ?? '') && route.path === '/settings') continue;
          const answer = await person.press(addresses(route, id), fields);
          expect(answer.status, JSON.stringify(fields)).toBeLessThan(500);
          expect(await answer.text()).not.toContain(canary);
        }
        if (!namesOne(route) && !route.source.includes('id: z')) break;
      }
      expect(await kept()).toBe(before);
    },
  );
});

describe('the API', () => {
  const isKeyed: ReadonlySet<string> = new Set(routeList.key);
  const nameOf = ({ method, path }: Route) => `${method} ${path}`;
  const ask = async (route: Route, key: string | undefined, id: string) => {
    const isPlain = ['GET', 'DELETE'].includes(route.method);
    const body = bodyOf(route, canary, ids['alert'] ?? '');
    const headers = {
      'content-type': 'application/json',
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    };
    const init = { method: route.method, headers, ...(isPlain ? {} : { body }) };
    const answer = await fetch(`${web.url}${addresses(route, id)}`, init);
    const isOpen = isPublic.has(nameOf(route)) && route.method === 'GET';
    if (answer.ok && !isOpen) expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    return said(answer, id);
  };
  const own = (text: string) =>
    text.split('\n').filter((line) => !/^account_(api_key|audit|view) /.test(line));

  it.each(api.map((route) => [nameOf(route), route] as const))(
    '%s: without a key, or without its scope, nothing; with another team’s, as if it never was',
    async (name, route) => {
      const before = await kept();
      const needsKey = isKeyed.has(name);
      const scope = scopeOf(route);
      const keys = {
        none: undefined,
        unscoped: await keyFor('owner@victim.example', ids['team'] ?? '', [
          scope === 'team:read' ? 'alerts:read' : 'team:read',
        ]),
        other: await keyFor('stranger@other.example', strangersTeam, scopeNames),
      };
      for (const id of namesOne(route) ? Object.values(ids) : ['none']) {
        const random = randomUUID();
        if (needsKey) expect((await ask(route, keys.none, id)).status).toBe(401);
        if (!ofOneself.has(name)) {
          const other = await ask(route, keys.other, id);
          if (namesOne(route)) expect(other).toEqual(await ask(route, keys.other, random));
          expect(other.text).not.toContain(canary);
        }
        if (needsKey && scope !== undefined) expect((await ask(route, keys.unscoped, id)).status).toBe(403);
        expect((await ask(route, keys.none, id)).text).not.toContain(canary);
      }
      const after = await kept();
      expect(own(after)).toEqual(own(before));
    },
  );

  it('a viewer reads with a key what a viewer reads, and changes nothing, whatever the key is for', async () => {
    const key = await keyFor('viewer@victim.example', ids['team'] ?? '', scopeNames);
    const before = await kept();
    const done: string[] = [];
    for (const route of api.filter((one) => isKeyed.has(nameOf(one)) && one.method !== 'GET'))
      for (const id of namesOne(route) ? Object.values(ids) : ['none']) {
        const { status } = await ask(route, key, id);
        if (status < 400) done.push(nameOf(route));
        expect(status, `${nameOf(route)} ${id}`).toBeLessThan(500);
      }
    // A view of the inbox is no change of what the team is told.
    expect([...new Set(done)]).toEqual(['DELETE /api/v1/views/[id]']);
    expect(own(await kept()).filter((line) => !line.includes('account_view'))).toEqual(own(before));
    expect((await ask(routeOf('GET /api/v1/watches'), key, 'none')).text).toContain(canary);
    expect((await ask(routeOf('GET /api/v1/watches/[id]/settings'), key, ids['watch'] ?? '')).status).toBe(
      403,
    );
  });

  it('through a watch of one’s own nobody reaches a rule, a channel or a delivery of another', async () => {
    const key = await keyFor('stranger@other.example', strangersTeam, scopeNames);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ kind: 'email', value: 'own@other.example' });
    const made = await fetch(`${web.url}/api/v1/watches`, { method: 'POST', headers, body });
    const { id } = (await made.json()) as { id: string };
    const before = await kept();
    const { rule: ofRule, channel, delivery } = ids;
    for (const [method, path] of [
      ['DELETE', `rules/${ofRule}`],
      ['DELETE', `channels/${channel}`],
      ['POST', `channels/${channel}/rotate`],
      ['POST', `channels/${channel}/test`],
      ['GET', `channels/${channel}/deliveries`],
      ['POST', `channels/${channel}/deliveries/${delivery}/replay`],
    ] as const) {
      const answer = await fetch(`${web.url}/api/v1/watches/${id}/${path}`, { method, headers });
      expect(answer.status, path).toBe(404);
    }
    const replaces = JSON.stringify({
      rule: { issuer: 'https://login.example', source: null },
      replaces: ofRule,
    });
    const changed = await fetch(`${web.url}/api/v1/watches/${id}/rules`, {
      method: 'POST',
      headers,
      body: replaces,
    });
    expect(changed.status).toBe(404);
    expect(await kept()).toBe(before);
  });

  it('a key of a team of several says nothing of its maker as a person', async () => {
    const key = await keyFor('owner@victim.example', ids['team'] ?? '', scopeNames);
    const ofPerson = api.filter((route) => scopeOf(route)?.startsWith('account:'));
    expect(ofPerson.length).toBeGreaterThan(4);
    for (const route of ofPerson) {
      const { status, text } = await ask(route, key, ids['session'] ?? '');
      expect([status, text.includes('@')], nameOf(route)).toEqual([403, false]);
    }
  });

  it('takes no cookie for a key', async () => {
    for (const route of api.filter((one) => isKeyed.has(nameOf(one)))) {
      const { path, method } = route;
      const isPlain = ['GET', 'DELETE'].includes(method);
      const init = {
        method,
        ...(isPlain ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }),
      };
      const answer = await owner.ask(addresses(route, ids['alert'] ?? ''), init);
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
  });
});

function routeOf(name: string): Route {
  const route = api.find(({ method, path }) => `${method} ${path}` === name);
  if (route === undefined) throw new Error(`no ${name}`);
  return route;
}
