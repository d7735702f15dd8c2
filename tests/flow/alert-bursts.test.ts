/**
 * Many at once are one event: the first few, which passed for routine, become part of it. Whatever of them was not told
 * is told by the burst's one message; what is odd about one of them, or was answered, stays by itself.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { sayOfAlerts } from '#app/alert/answers.ts';
import { toldOfEvent } from '#app/alert/told.ts';
import { listAlerts } from '#app/alerts/store.ts';
import type { Caller } from '#app/account/caller.ts';
import { addChannel } from '#app/watch/settings/channel-acts.ts';
import type { Usual } from '#lib/rules/facts.ts';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { sendDueMails } from '#tests/harness/due-mails.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const database = await freshDatabase();
const deps = webParts(database);
const team = randomUUID();
await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
const parts = { userId: randomUUID(), teams: [{ id: team, role: 'owner' }], proof: { kind: 'session' } };
const caller = parts as unknown as Caller;
const who = { by: 'jane', actor: { kind: 'mail' } } as const;
const source = 'git.example/acme/app';

let email: string;
let watchId: string;
let began: number;
let made = 0;
const sent: OutgoingMail[] = [];

beforeEach(async () => {
  email = `${randomUUID()}@example.com`;
  watchId = await confirmedWatch(database, email, email);
  await database.sql`UPDATE account_watch SET team_id = ${team} WHERE id = ${watchId}`;
  began = Date.now() - 60_000;
  sent.length = 0;
});

const noPast: Omit<Usual, 'recent' | 'recentSince'> = {
  signatures: 0,
  fromSource: 0,
  lastAt: null,
  repositoryIds: [],
  ownerIds: [],
  workflows: [],
  signers: [],
  refKinds: [],
  triggers: [],
  runners: [],
  keyTypes: [],
  machines: 0,
  usualBurst: 0,
  run: null,
};

/** The nth of many, a second apart. */
function nth(at: number, change: FactsChange = {}, usual: Partial<Usual> = {}) {
  const facts = signatureFacts({
    identity: email,
    source,
    seenAt: new Date(began + at * 1_000).toISOString(),
    firstForIdentity: at === 1,
    usual: { ...noPast, recent: at, recentSince: new Date(began + 1_000).toISOString(), ...usual },
    ...change,
  });
  return { watchId, email, subject: `signed ${++made}`, facts };
}

async function signed(...alerts: ReturnType<typeof nth>[]): Promise<void> {
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, alerts));
  sent.push(...(await sendDueMails(database, email)));
}

const inbox = async () => (await listAlerts(deps, caller, { watchId, limit: 50 })).alerts;
const subjects = () => sent.map(({ subject }) => subject);
const waiting = async () =>
  (await database.sql`SELECT 1 FROM mail_outbox WHERE recipient = ${email} AND state = 'queued'`).length;

it('seven seen one by one: two are told at once, all else by the message of the burst', async () => {
  for (let at = 1; at <= 7; at++) await signed(nth(at));
  expect(subjects()).toEqual([
    `Unexpected signature as ${email}: first signature in this name`,
    `Signature as ${email}`,
    `Unexpected signature as ${email}: many at once (6 signatures)`,
  ]);
  expect(await waiting()).toBe(0);
  const rows = await inbox();
  expect(rows.map(({ eventCount }) => eventCount)).toEqual([7]);
  expect((await toldOfEvent(deps, { id: rows[0]?.id ?? '', watches: [watchId] }, 1)).total).toBe(7);
});

it('seven seen together are one message that counts all, to a channel too', async () => {
  await database.sql.begin((transaction) =>
    addChannel(
      transaction,
      deps,
      { id: watchId, value: email, email },
      { kind: 'webhook', url: 'https://hook.example/x', told: 'at-once' },
    ),
  );
  await signed(...Array.from({ length: 7 }, (_, at) => nth(at + 1)));
  expect(subjects()).toEqual([`Unexpected signature as ${email}: many at once (7 signatures)`]);
  expect(await waiting()).toBe(0);
  expect((await inbox()).map(({ eventCount }) => eventCount)).toEqual([7]);
  const deliveries = await database.sql`
    SELECT alert.reasons->0->>'rule' AS rule FROM alert_delivery delivery JOIN alert_alert alert ON alert.id = delivery.alert_id
    WHERE alert.watch_id = ${watchId}`;
  expect(deliveries.map(({ rule }) => rule as string)).toEqual(['burst']);
});

it('many within one run of a build are one event, however slowly, without those of other runs', async () => {
  const claims = { runInvocationUri: 'https://git.example/acme/app/actions/runs/1' };
  const since = new Date(began + 1_000).toISOString();
  const ofRun = (at: number) => nth(at, { claims }, { recent: 1, run: { signatures: at, since, usual: 0 } });
  await signed(nth(2, { claims: { runInvocationUri: 'another' } }, { recent: 1 }));
  for (let at = 1; at <= 6; at++) await signed(ofRun(at));
  expect(subjects().at(-1)).toContain('many at once (6 signatures)');
  expect((await inbox()).map(({ eventCount }) => eventCount).sort()).toEqual([1, 6]);
});

it('what is odd about one of them, was answered, or is of another name stays an event of its own', async () => {
  await signed(nth(1));
  const [first] = await inbox();
  await sayOfAlerts(deps, [first?.id ?? ''], { answer: 'mine', who });
  await signed(nth(2, { firstForIssuer: true }));
  await signed(nth(3, { source: 'git.example/acme/other' }));
  for (let at = 4; at <= 6; at++) await signed(nth(at));
  const rows = await inbox();
  expect(rows.map(({ eventCount, reasons }) => [reasons[0]?.rule, eventCount]).sort()).toEqual([
    ['burst', 3],
    ['first-issuer', 1],
    ['first-signature', 1],
    ['watched-identity', 1],
  ]);
  expect(await waiting()).toBe(1);
});

it('a few that become no burst are each told after all', async () => {
  for (let at = 1; at <= 4; at++) await signed(nth(at));
  expect(sent).toHaveLength(2);
  await database.sql`UPDATE mail_outbox SET next_at = now() WHERE recipient = ${email} AND state = 'queued'`;
  expect(await sendDueMails(database, email)).toHaveLength(2);
});

it('a message that is leaving in this moment holds nothing up, and is counted when the burst is told', async () => {
  await signed(nth(1), nth(2), nth(3), nth(4), nth(5));
  let leaves = (): void => undefined;
  const isLeaving = new Promise<void>((resolve) => (leaves = resolve));
  let locked = (): void => undefined;
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const delivery = database.sql.begin(async (transaction) => {
    await transaction`UPDATE alert_alert SET told_at = now() WHERE watch_id = ${watchId} AND told_at IS NULL`;
    locked();
    await isLeaving;
  });
  await isLocked;
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, [nth(6)]));
  expect((await inbox()).map(({ eventCount }) => eventCount).sort()).toEqual([1, 1, 1, 3]);
  leaves();
  await delivery;
  expect((await sendDueMails(database, email)).map(({ subject }) => subject)).toEqual([
    `Unexpected signature as ${email}: many at once (6 signatures)`,
  ]);
  expect((await inbox()).map(({ eventCount }) => eventCount)).toEqual([6]);
});
