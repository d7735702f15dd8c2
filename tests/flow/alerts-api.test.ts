/**
 * Alerts by API key: what a program of one team may read and say, and that another team's are unknown.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { userOfAddress } from '#app/account/user.ts';
import * as alert from '#app/api/v1/alerts/[id]/route.ts';
import * as alertAct from '#app/api/v1/alerts/[id]/[act]/route.ts';
import * as response from '#app/api/v1/alerts/[id]/response/route.ts';
import * as evidence from '#app/api/v1/alerts/[id]/evidence/route.ts';
import { GET as pageEvidence } from '#app/alerts/[id]/evidence/route.ts';
import { openSession } from '#app/account/session.ts';
import * as alerts from '#app/api/v1/alerts/route.ts';
import { checkSigner } from '#lib/cli/alert-evidence.ts';
import { listActs } from '#app/account/audit-list.ts';
import { evidenceSchema } from '#lib/verify/evidence.ts';
import { TestAuthority } from '#tests/harness/test-authority.ts';
import { watchedRepository, type Answer } from './watched-repository.ts';

const { database, deps, keys, pipeline, ask } = await watchedRepository();
const { key, other, reader } = keys;
const sign = () => pipeline.sign();
const list = (query = '', token = key) => ask(alerts.GET, {}, { query, token });
const idsOf = ({ body }: Answer) => (body['alerts'] as { id: string }[]).map(({ id }) => id);

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
    answer: { answer: 'not-mine', by: 'a@example.com (key ci)' },
    answers: [{ reason: 'stolen token', via: 'api-key' }],
  });
  expect(idsOf(await list('?state=open'))).toEqual([]);
  await ask(alertAct.POST, { id, act: 'mine' }, { method: 'POST' });
  expect((await ask(alert.GET, { id })).body).toMatchObject({
    state: 'mine',
    answers: [{ answer: 'mine' }, { answer: 'not-mine', undoneBy: 'a@example.com (key ci)' }],
  });
  const undo = async () => (await ask(alertAct.POST, { id, act: 'undo' }, { method: 'POST' })).body['state'];
  // What was said before it stands again, though it is the opposite.
  expect([await undo(), await undo()]).toEqual(['not-mine', 'open']);
  const team = await database.sql<{ team_id: string }[]>`
    SELECT DISTINCT team_id FROM account_audit WHERE act = 'alert.answered'`;
  const acts = await listActs(deps, team[0]?.team_id ?? '');
  const answered = acts.filter(({ act }) => act === 'alert.answered').map(({ who }) => who);
  expect([team.length, answered]).toEqual([1, Array.from({ length: 4 }, () => 'a@example.com (key ci)')]);
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
  const by = 'a@example.com (key ci)';
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
  // Genuine ones so soon after each other would become one event; of forgeries each stands alone.
  const forge = () => pipeline.sign({}, new TestAuthority());
  for (let more = 0; more < 3; more++) await forge();
  const before = idsOf(await list('?limit=200'));
  const seen: string[] = [];
  let query = '?limit=2';
  for (;;) {
    const page = await list(query);
    seen.push(...idsOf(page));
    if (page.body['next'] === null) break;
    await forge();
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
