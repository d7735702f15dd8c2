/**
 * Alerts, intents and freezes by API key: what a program of one team may read and say, that another team's are unknown,
 * and that an intent is used once, by the signature it announced, whoever comes first.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Scope } from '#app/account/roles.ts';
import { makeApiKey } from '#app/account/api-key.ts';
import { userOfAddress } from '#app/account/user.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import * as alert from '#app/api/v1/alerts/[id]/route.ts';
import * as alertAct from '#app/api/v1/alerts/[id]/[act]/route.ts';
import * as response from '#app/api/v1/alerts/[id]/response/route.ts';
import * as evidence from '#app/api/v1/alerts/[id]/evidence/route.ts';
import { GET as pageEvidence } from '#app/alerts/[id]/evidence/route.ts';
import { openSession } from '#app/account/session.ts';
import * as alerts from '#app/api/v1/alerts/route.ts';
import * as freezes from '#app/api/v1/freezes/route.ts';
import * as freezeById from '#app/api/v1/freezes/[id]/route.ts';
import * as intents from '#app/api/v1/intents/route.ts';
import * as intentById from '#app/api/v1/intents/[id]/route.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { FreezesError, type FreezeRequest } from '#lib/server/freezes.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { checkSigner } from '#lib/cli/alert-evidence.ts';
import { evidenceSchema } from '#lib/verify/evidence.ts';
import { proveEntry } from '#lib/verify/entry-proof.ts';
import { proofSource } from '#lib/verify/proof-source.ts';
import { findUnusedIntents } from '#workers/alert/unused-intents.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  testSealing,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { application, built, type Build } from './replay-workload.ts';

const authority = new TestAuthority();
const repository = 'github.com/acme/app';
let database: TestDatabase;
let log: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor;
let deps: Dependencies;
let key: string;
let other: string;
let reader: string;
let watchId: string;
let teamId: string;
let authorityIsUp = true;
const prove: Dependencies['proveEntry'] = (known, claim) =>
  proveEntry(proofSource(known, guardedFetch(known.url, { timeoutMs: 5_000 })), claim);
const asked: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
  const parts = {
    prisma: openPrisma(database.url, { max: 2 }),
    sql: database.sql,
    statement: namedSql,
    sealing: testSealing,
    now: () => new Date(),
    config: readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' }),
    proveEntry: prove,
    freezes: {
      all: () =>
        authorityIsUp ? Promise.resolve([]) : Promise.reject(new FreezesError('unreachable', 'away')),
      put: async ({ value, repositoryId }: FreezeRequest) =>
        void (await tell(`freeze ${value} ${repositoryId}`)),
      end: async ({ value }: FreezeRequest) => void (await tell(`lift ${value}`)),
    },
  };
  deps = parts as unknown as Dependencies;
  provideDependencies(deps);
  watchId = await confirmedWatch(database, repository, 'a@example.com', 'repository');
  [key, reader] = await Promise.all([
    keyOf('a@example.com', ['alerts:read', 'alerts:write', 'intents:write', 'freezes:write']),
    keyOf('a@example.com', ['alerts:read']),
  ]);
  other = await keyOf('b@example.com', ['alerts:read', 'alerts:write', 'intents:write', 'freezes:write']);
  const [watch] = await database.sql`SELECT team_id FROM account_watch WHERE id = ${watchId}`;
  teamId = String(watch?.['team_id']);
  monitor = await runMonitor(database, { trustUrl: trust.url });
});
afterAll(async () => {
  await monitor.stop();
  await deps.prisma.$disconnect();
  await Promise.all([log.stop(), trust.close()]);
});

async function tell(what: string): Promise<void> {
  if (!authorityIsUp) throw new FreezesError('unreachable', 'The certificate authority cannot be reached.');
  await Promise.resolve(asked.push(what));
}

async function keyOf(address: string, scopes: readonly Scope[]): Promise<string> {
  const userId = await database.sql.begin((transaction) => userOfAddress(transaction, address));
  const [team] = await database.sql`SELECT id FROM account_team WHERE personal_of = ${userId}`;
  const made = { teamId: String(team?.['id']), userId, name: 'ci', scopes, days: 30 };
  return makeApiKey(deps, made, { kind: 'user', id: userId });
}

type Answer = { status: number; body: Record<string, unknown> };
type Handler<P> = (request: Request, named: { params: Promise<P> }) => Promise<Response>;

async function ask<P>(
  handler: Handler<P>,
  params: P,
  {
    token = key,
    method = 'GET',
    query = '',
    body,
  }: { token?: string; method?: string; query?: string; body?: object } = {},
): Promise<Answer> {
  const request = new Request(`http://watch.example/api/v1/x${query}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await handler(request, { params: Promise.resolve(params) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

let run = 0;
async function sign(change: Partial<Build> = {}, by = authority): Promise<Record<string, unknown>> {
  const at = Date.now();
  log.append(rekorLeaf(by.certify(built({ ...application, ...change }, at, ++run).said)));
  const index = log.leaves.length - 1;
  return eventually(async () => {
    const [row] =
      await database.sql`SELECT id, verdict, reasons FROM alert_alert WHERE log_id <> 'intents' AND entry_index = ${index}`;
    expect(row).toBeDefined();
    return row as Record<string, unknown>;
  });
}
const list = (query = '', token = key) => ask(alerts.GET, {}, { query, token });
const idsOf = ({ body }: Answer) => (body['alerts'] as { id: string }[]).map(({ id }) => id);
const soon = (ms = 600_000) => new Date(Date.now() + ms).toISOString();
const announce = (body: object, token = key) =>
  ask(intents.POST, {}, { token, method: 'POST', body: { repository, until: soon(), ...body } });
async function cancelIntents(): Promise<void> {
  const { body } = await ask(intents.GET, {}, { query: '?state=open' });
  for (const { id } of body['intents'] as { id: string }[])
    await ask(intentById.DELETE, { id }, { method: 'DELETE' });
}
const rules = (row: Record<string, unknown>) =>
  (row['reasons'] as { rule: string }[]).map(({ rule }) => rule);

it('lists alerts by state, answers them, and takes an answer back; the record says who', async () => {
  const { id } = (await sign()) as { id: string };
  expect(idsOf(await list('?state=open'))).toEqual([id]);
  const said = await ask(
    alertAct.POST,
    { id, act: 'not-mine' },
    { method: 'POST', body: { reason: 'stolen token' } },
  );
  expect(said.body).toMatchObject({
    id,
    state: 'not-mine',
    answer: { answer: 'not-mine', by: 'the key ci' },
    answers: [{ reason: 'stolen token', via: 'api-key' }],
  });
  expect(idsOf(await list('?state=open'))).toEqual([]);
  await ask(alertAct.POST, { id, act: 'mine' }, { method: 'POST' });
  expect((await ask(alert.GET, { id })).body).toMatchObject({
    state: 'mine',
    answers: [{ answer: 'mine' }, { answer: 'not-mine', undoneBy: 'the key ci' }],
  });
  expect((await ask(alertAct.POST, { id, act: 'undo' }, { method: 'POST' })).body['state']).toBe('open');
  const acts = await database.sql`SELECT act FROM account_audit WHERE act = 'alert.answered'`;
  expect(acts).toHaveLength(3);
});

it('takes back the last answer alone, and says when there is none', async () => {
  const { id } = (await sign()) as { id: string };
  const say = (act: string) => ask(alertAct.POST, { id, act }, { method: 'POST' });
  for (const act of ['not-mine', 'acknowledge', 'resolve']) await say(act);
  expect((await say('undo')).body['state']).toBe('acknowledged');
  expect((await say('undo')).body['state']).toBe('not-mine');
  expect((await say('undo')).body['state']).toBe('open');
  const refused = await say('undo');
  expect([refused.status, refused.body['code']]).toEqual([409, 'nothing-to-undo']);
});

it('gives what to do about a disowned alert, keeps who did what, and is nothing to others', async () => {
  const { id } = (await sign()) as { id: string };
  const post = (body: object, token = key) => ask(response.POST, { id }, { token, method: 'POST', body });
  expect((await post({ step: 'contain' })).status).toBe(409);
  await ask(alertAct.POST, { id, act: 'not-mine' }, { method: 'POST' });
  for (const body of [{}, { step: 'dance' }, { step: 'close', cause: 'unknown' }, { cause: 'x' }])
    expect((await post(body)).status).toBe(400);
  await Promise.all(Array.from({ length: 20 }, () => post({ step: 'contain' })));
  await post({ step: 'preserve' });
  await post({ step: 'preserve', done: false });
  const { body } = await post({ cause: 'token-stolen', note: 'from the cache' });
  const by = 'the key ci';
  expect(body).toMatchObject({
    cause: { cause: 'token-stolen', note: 'from the cache', by },
    history: [
      { act: 'cause', value: 'token-stolen' },
      { value: 'preserve', undoneBy: by },
      { value: 'contain', undoneAt: null },
    ],
  });
  const steps = body['steps'] as { name: string; todo: string[]; done: object | null }[];
  expect(steps.filter(({ done }) => done !== null).map(({ name }) => name)).toEqual(['contain']);
  expect(steps.every(({ todo }) => todo.length > 0)).toBe(true);
  expect((await ask(response.GET, { id }, { token: reader })).body).toEqual(body);
  const random = { id: randomUUID() };
  expect(await ask(response.GET, { id }, { token: other })).toEqual(
    await ask(response.GET, random, { token: other }),
  );
  expect([
    (await post({ step: 'rotate' }, other)).status,
    (await post({ step: 'rotate' }, reader)).status,
  ]).toEqual([404, 403]);
  await ask(alertAct.POST, { id, act: 'undo' }, { method: 'POST' });
});

it('pages through all there were, each once, while new ones arrive', async () => {
  for (let more = 0; more < 3; more++) await sign();
  const before = idsOf(await list('?limit=200'));
  const seen: string[] = [];
  let query = '?limit=2';
  for (;;) {
    const page = await list(query);
    seen.push(...idsOf(page));
    if (page.body['next'] === null) break;
    await sign();
    query = `?limit=2&cursor=${String(page.body['next'])}`;
  }
  expect(before.length).toBeGreaterThan(2);
  expect(seen).toEqual(before);
});

it('is nothing to another team, to a key without the scope, and to nobody', async () => {
  const [id = ''] = idsOf(await list());
  expect(idsOf(await list('', other))).toEqual([]);
  const random = await ask(alert.GET, { id: randomUUID() }, { token: other });
  expect(await ask(alert.GET, { id }, { token: other })).toEqual(random);
  expect(random.status).toBe(404);
  const act = (token: string) => ask(alertAct.POST, { id, act: 'mine' }, { token, method: 'POST' });
  expect([(await act(other)).status, (await act(reader)).status, (await act('swk_wrong')).status]).toEqual([
    404, 403, 401,
  ]);
  const made = (await announce({})).body['id'] as string;
  expect((await ask(intentById.DELETE, { id: made }, { token: other, method: 'DELETE' })).status).toBe(404);
  expect((await announce({}, reader)).status).toBe(403);
  await ask(intentById.DELETE, { id: made }, { method: 'DELETE' });
});

it('an announced signature is expected, once; the next one is missing its intent', async () => {
  await database.sql`UPDATE account_watch SET intents = true`;
  const made = await announce({ ref: 'refs/tags/v1.*' });
  expect(made).toMatchObject({ status: 201, body: { state: 'open', left: 1, required: true } });
  const first = await sign();
  expect([first['verdict'], rules(first)]).toEqual(['expected', ['announced']]);
  const second = await sign();
  expect([second['verdict'], rules(second)[0]]).toEqual(['unexpected', 'intent-missing']);
  const { body } = await ask(intentById.GET, { id: made.body['id'] as string });
  expect(body).toMatchObject({ state: 'used', left: 0, used: [{ index: String(log.leaves.length - 2) }] });
});

it('an intent says nothing of a trigger never seen, of another ref, or of a signature before it', async () => {
  const before = await sign();
  expect(rules(before)[0]).toBe('intent-missing');
  await announce({ count: 5, ref: 'refs/tags/v1.*' });
  const trigger = await sign({ trigger: 'pull_request_target' });
  expect(rules(trigger)).toEqual(['new-trigger']);
  const ref = await sign({ ref: 'refs/tags/v2.0.0' });
  expect(rules(ref)[0]).toBe('intent-missing');
});

it('many at once use it as often as it was announced for', async () => {
  await cancelIntents();
  await announce({ count: 7 });
  const from = log.leaves.length;
  log.append(
    ...Array.from({ length: 10 }, () =>
      rekorLeaf(authority.certify(built(application, Date.now(), ++run).said)),
    ),
  );
  await eventually(async () => {
    const rows = await database.sql`
      SELECT facts->'intent'->>'state' AS state FROM alert_alert WHERE log_id <> 'intents' AND entry_index >= ${from}`;
    expect(rows.map(({ state }) => String(state)).sort()).toEqual([
      ...Array.from({ length: 7 }, () => 'announced'),
      ...Array.from({ length: 3 }, () => 'missing'),
    ]);
  });
});

it('tells once of an intent that nothing came for, and not of one that was cancelled', async () => {
  const [unused, cancelled] = [await announce({ count: 2 }), await announce({})];
  await ask(intentById.DELETE, { id: cancelled.body['id'] as string }, { method: 'DELETE' });
  const later = new Date(Date.now() + 3_600_000);
  expect(await findUnusedIntents(database.sql, new Date())).toBe(0);
  const told = await findUnusedIntents(database.sql, later);
  expect(told).toBeGreaterThan(0);
  expect(await findUnusedIntents(database.sql, later)).toBe(0);
  const rows =
    await database.sql`SELECT verdict, reasons FROM alert_alert WHERE log_id = 'intents' AND entry_index = ${String(unused.body['number'])}`;
  expect(rows).toHaveLength(1);
  expect([rows[0]?.['verdict'], rules(rows[0] ?? {})]).toEqual(['notable', ['intent-unused']]);
  const none =
    await database.sql`SELECT 1 FROM alert_alert WHERE log_id = 'intents' AND entry_index = ${String(cancelled.body['number'])}`;
  expect(none).toHaveLength(0);
});

it.each([
  { repository: 'nonsense' },
  { until: '2020-01-01T00:00:00Z' },
  { until: soon(40 * 86_400_000) },
  { digest: 'ab'.repeat(32), count: 2 },
  { count: 0 },
  { more: 1 },
])('does not take %j as an intent', async (body) => {
  expect((await announce(body)).status).toBe(400);
});

it('freezes for the proven owner alone, tells the authority first, and is lifted', async () => {
  const body = { identity: repository, reason: 'stolen token' };
  const stop = (token = key) => ask(freezes.POST, {}, { token, method: 'POST', body });
  expect((await stop()).status).toBe(403);
  await database.sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, proven_at, bound)
    VALUES (${randomUUID()}, ${teamId}, 'repository', ${repository}, 'x', now(), '{"repositoryId": "1001"}')`;
  authorityIsUp = false;
  expect((await stop()).status).toBe(503);
  expect((await ask(freezes.GET, {})).body).toMatchObject({ freezes: [] });
  authorityIsUp = true;
  const made = await stop();
  expect(made).toMatchObject({ status: 201, body: { value: repository, liftedAt: null } });
  expect((await stop()).body['id']).toBe(made.body['id']);
  const id = made.body['id'] as string;
  expect((await ask(freezeById.DELETE, { id }, { token: other, method: 'DELETE' })).status).toBe(404);
  expect((await ask(freezeById.DELETE, { id }, { method: 'DELETE' })).body['liftedBy']).toBe('the key ci');
  // By its number as well, or a new name would be a way around it.
  expect(asked).toEqual([`freeze ${repository} 1001`, `freeze ${repository} 1001`, `lift ${repository}`]);
});

it('an intent is not used up by another repository of the name', async () => {
  await cancelIntents();
  await announce({});
  expect(rules(await sign({ repositoryId: '6666' }))[0]).toBe('repository-not-proven');
  expect(rules(await sign())).toEqual(['announced']);
});

it('what looks like a name, or is forged, says nothing of it when it is disowned; what was signed in it does', async () => {
  await cancelIntents();
  await announce({ count: 9 });
  const disown = async ({ id }: Record<string, unknown>) =>
    ask(alertAct.POST, { id: String(id), act: 'not-mine' }, { method: 'POST' });
  const likeness = await sign({ repository: 'acrne/app', repositoryId: '5' });
  expect(rules(likeness)).toEqual(['look-alike']);
  const forged = await sign({}, new TestAuthority());
  expect(rules(forged)).toEqual(['untrusted-certificate']);
  await Promise.all([disown(likeness), disown(forged)]);
  const own = await sign();
  expect(rules(own)).toEqual(['announced']);
  await disown(own);
  expect(rules(await sign())).toContain('disowned-before');
});

it('gives the proof of an alert to its team, by key and by session, and to nobody else', async () => {
  const { id } = (await sign()) as { id: string };
  const answer = await ask(evidence.GET, { id });
  expect(answer.status).toBe(200);
  expect(answer.body['alert']).toMatchObject({ id });
  expect(await checkSigner(evidenceSchema.parse(answer.body))).toHaveProperty('signer');
  expect((await ask(evidence.GET, { id }, { token: other })).status).toBe(404);
  expect((await ask(alert.GET, { id })).body['evidence']).toBe(
    `http://watch.example/api/v1/alerts/${id}/evidence`,
  );
  const bySession = async (address: string) => {
    const cookie = await database.sql.begin(async (transaction) => {
      const userId = await userOfAddress(transaction, address);
      return openSession(transaction, deps.config, { userId, method: 'code', agent: 'test' });
    });
    const request = new Request('http://watch.example/x', {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    return (await pageEvidence(request, { params: Promise.resolve({ id }) })).status;
  };
  expect(await bySession('a@example.com')).toBe(200);
  expect(await bySession('b@example.com')).toBe(404);
});
