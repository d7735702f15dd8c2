/**
 * Intents and freezes by API key: that an intent is used once, by the signature it announced, whoever comes first; that only the
 * proven owner freezes; and what becomes of signatures in the name that are not the owner's.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import * as alertAct from '#app/api/v1/alerts/[id]/[act]/route.ts';
import * as freezes from '#app/api/v1/freezes/route.ts';
import * as freezeById from '#app/api/v1/freezes/[id]/route.ts';
import * as intents from '#app/api/v1/intents/route.ts';
import * as intentById from '#app/api/v1/intents/[id]/route.ts';
import { findUnusedIntents } from '#workers/alert/unused-intents.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { TestAuthority } from '#tests/harness/test-authority.ts';
import type { Build } from './replay-workload.ts';
import { repository, rules, watchedRepository } from './watched-repository.ts';

const { database, log, issuing, keys, teamId, pipeline, ask } = await watchedRepository();
const { key, other, reader } = keys;
const sign = (change: Partial<Build> = {}, by?: TestAuthority) => pipeline.sign(change, by);
const soon = (ms = 600_000) => new Date(Date.now() + ms).toISOString();
const announce = (body: object, token = key) =>
  ask(intents.POST, {}, { token, method: 'POST', body: { repository, until: soon(), ...body } });
async function cancelIntents(): Promise<void> {
  const { body } = await ask(intents.GET, {}, { query: '?state=open' });
  for (const { id } of body['intents'] as { id: string }[])
    await ask(intentById.DELETE, { id }, { method: 'DELETE' });
}

/** A habit to depart from. */
beforeAll(async () => {
  for (let earlier = 0; earlier < 3; earlier++) await sign();
});

it('is nothing to another team, and to a key without the scope', async () => {
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
  pipeline.signAtOnce(10);
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
  issuing.isUp = false;
  expect((await stop()).status).toBe(503);
  expect((await ask(freezes.GET, {})).body).toMatchObject({ freezes: [] });
  issuing.isUp = true;
  const made = await stop();
  expect(made).toMatchObject({ status: 201, body: { value: repository, liftedAt: null } });
  expect((await stop()).body['id']).toBe(made.body['id']);
  const id = made.body['id'] as string;
  // A certificate says its time in whole seconds.
  await database.sql`UPDATE account_freeze SET created_at = now() - interval '1 minute' WHERE id = ${id}`;
  const whileFrozen = await pipeline.sign();
  expect([whileFrozen['verdict'], rules(whileFrozen)[0]]).toEqual(['unexpected', 'signed-while-frozen']);
  expect((await ask(freezeById.DELETE, { id }, { token: other, method: 'DELETE' })).status).toBe(404);
  expect((await ask(freezeById.DELETE, { id }, { method: 'DELETE' })).body['liftedBy']).toBe(
    'a@example.com (key ci)',
  );
  await database.sql`UPDATE account_freeze SET lifted_at = now() - interval '30 seconds' WHERE id = ${id}`;
  expect(rules(await pipeline.sign())).not.toContain('signed-while-frozen');
  // By its number as well, or a new name would be a way around it.
  expect(issuing.told).toEqual([
    `freeze ${repository} 1001`,
    `freeze ${repository} 1001`,
    `lift ${repository}`,
  ]);
});

const disown = async ({ id }: Record<string, unknown>) =>
  ask(alertAct.POST, { id: String(id), act: 'not-mine' }, { method: 'POST' });

it('an intent is not used up by another repository of the name, with a proof or without', async () => {
  await cancelIntents();
  await announce({});
  expect(rules(await sign({ repositoryId: '6666' }))[0]).toBe('repository-not-proven');
  await database.sql`DELETE FROM account_ownership`;
  const impostor = await sign({ repositoryId: '7777' });
  expect(rules(impostor)).toEqual(expect.arrayContaining(['intent-missing', 'repository-id-changed']));
  await disown(impostor);
  expect(rules(await sign({ repositoryId: '7777' }))).toContain('disowned-before');
  // Of the owner's neither the intent nor the answer is touched.
  expect(rules(await sign())).toEqual(['announced']);
});

it('what looks like a name, or is forged, says nothing of it when it is disowned; what was signed in it does', async () => {
  await cancelIntents();
  await announce({ count: 9 });
  await database.sql`UPDATE account_watch SET proven_at = now()`;
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
