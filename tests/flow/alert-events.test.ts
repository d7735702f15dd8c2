/**
 * One event, one message, however many of one's watches it matched: a mail for each mailbox, a delivery for each address,
 * one answer for all of it; and nothing of one team ever in a message to another.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { sayOfAlerts, undoAnswers } from '#app/alert/answers.ts';
import { findHeldAlert } from '#app/alert/store.ts';
import { noteResponse, readResponse } from '#app/alert/response.ts';
import { toldOfEvent } from '#app/alert/told.ts';
import { countAlerts, listAlerts } from '#app/alerts/store.ts';
import type { Caller } from '#app/account/caller.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { addChannel } from '#app/watch/settings/channel-acts.ts';
import { returnPathOf, stopPathOf, stopTokensOf } from '#workers/alert/bounces.ts';
import { listWatchedFreezes } from '#app/freezes/store.ts';
import { escalate } from '#workers/alert/escalate.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import * as pagerduty from '#workers/alert/channels/pagerduty.ts';
import * as slack from '#workers/alert/channels/slack.ts';
import * as webhook from '#workers/alert/channels/webhook.ts';
import { queueNews, type News } from '#workers/alert/news.ts';
import { claim, noticeOf, targetOf } from '#workers/alert/notice.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { sendDueMails } from '#tests/harness/due-mails.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const database = await freshDatabase();
const deps = webParts(database);
let email: string;
/** By address and by login: two watches of one person that match the same signatures. */
let byAddress: string;
let byLogin: string;
let entry = 0;
const sent: OutgoingMail[] = [];

beforeEach(async () => {
  email = `${randomUUID()}@example.com`;
  byAddress = await confirmedWatch(database, email, email);
  byLogin = await confirmedWatch(database, `https://idp.example ${email}`, email, 'issuer-subject');
  sent.length = 0;
});

interface Matched {
  readonly watchId: string;
  readonly to?: string;
  readonly change?: FactsChange;
}

/** One signature, and every watch that it matches. */
async function signed(matched: readonly Matched[], log = 'rekor2-0', subject?: string): Promise<void> {
  const index = String(++entry);
  const alerts = matched.map(({ watchId, to = email, change = {} }) => ({
    watchId,
    email: to,
    subject: subject ?? `signed ${index}`,
    facts: signatureFacts({
      identity: email,
      logId: log,
      index,
      issuer: 'https://idp.example',
      firstForIssuer: true,
      ...change,
    }),
  }));
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, alerts));
}

const both = () => [{ watchId: byAddress }, { watchId: byLogin }];

/** All there were so far, with what is due now. */
async function mailsTo(address: string): Promise<OutgoingMail[]> {
  const stopPath = stopPathOf(testSealing, 'bounces@watch.example');
  sent.push(...(await sendDueMails(database, address, { stopPath })));
  return sent.filter(({ to }) => to === address);
}

async function linkIn(mail: OutgoingMail | undefined) {
  const [, id = '', token] = /\/alert\/([0-9a-f-]{36})\/mine\?token=([\w-]+)/.exec(mail?.text ?? '') ?? [];
  const held = await findHeldAlert(deps, id, token);
  if (held === undefined) throw new Error(`no link in ${mail?.text}`);
  return held;
}

const who = { by: 'jane', actor: { kind: 'mail' } } as const;
const answers = () => database.sql<{ watch_id: string; answer: string }[]>`
  SELECT alert.watch_id, said.answer FROM account_answer said JOIN alert_alert alert ON alert.id = said.alert_id
  JOIN account_watch watch ON watch.id = alert.watch_id
  WHERE watch.mailbox LIKE ${`%${email}`} AND said.undone_at IS NULL`;

it('two watches of one mailbox are told in one mail that names both, and answered by one answer', async () => {
  await signed(both());
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain('It matched 2 of your watches');
  expect(mails[0]?.text).toContain(`https://idp.example ${email}: `);
  // The page of the link names both; what a program presses ends the one that the mail names beside it.
  expect(mails[0]?.text).toContain(`token=stop-${byAddress}&token=stop-${byLogin}`);
  expect(mails[0]?.text).toContain(`“Unsubscribe” in a mail program stops the watch of ${email} alone.`);
  expect(mails[0]?.headers['List-Unsubscribe']).toContain(`/watch/stop?token=stop-${byAddress}>`);
  const held = await linkIn(mails[0]);
  await sayOfAlerts(deps, [held.id], { answer: 'mine', who, watches: held.watches });
  expect((await answers()).map((row) => row.watch_id).sort()).toEqual([byAddress, byLogin].sort());
  await undoAnswers(deps, [held.id], who, held);
  expect(await answers()).toEqual([]);
});

it('the mail has a link to what each other watch says, good for that one', async () => {
  await signed(both());
  const [mail] = await mailsTo(email);
  const links = [...(mail?.text ?? '').matchAll(/\/alert\/([0-9a-f-]{36})\?token=([\w-]+)/g)];
  const held = await Promise.all(links.map(([, id = '', token]) => findHeldAlert(deps, id, token)));
  expect(new Set(held.map((alert) => alert?.watchId))).toEqual(new Set([byAddress, byLogin]));
});

it('a live burst over several watches is one message with a count, and each signature once', async () => {
  for (let at = 0; at < 6; at++) await signed(both());
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.subject).toContain('(6 signatures)');
  const told = await toldOfEvent(deps, await linkIn(mails[0]), 1);
  expect(told.total).toBe(6);
});

it('a watch that joins an event later is told of it, another mailbox by a mail of its own', async () => {
  const [team, other] = [randomUUID(), `colleague-${email}`];
  await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
  const theirs = await confirmedWatch(database, `x${email}`, other);
  await database.sql`
    UPDATE account_watch SET team_id = ${team} WHERE id = ANY(${[byAddress, byLogin, theirs]}::uuid[])`;
  await signed([{ watchId: byAddress }]);
  await signed([{ watchId: byAddress }, { watchId: theirs, to: other }]);
  const [own] = await mailsTo(email);
  const [forColleague] = await mailsTo(other);
  expect(sent).toHaveLength(2);
  expect(forColleague?.text).not.toContain('of your watches');
  // The link of one mailbox speaks for what is told to it; a member of the team for all of it.
  const held = await linkIn(own);
  await sayOfAlerts(deps, [held.id], { answer: 'mine', who, watches: held.watches });
  expect(new Set((await answers()).map((row) => row.watch_id))).toEqual(new Set([byAddress]));
  await sayOfAlerts(deps, [held.id], { answer: 'resolved', who });
  expect(new Set((await answers()).map((row) => row.watch_id))).toEqual(new Set([byAddress, theirs]));
});

it('teams stay apart: one mailbox in two teams has a mail for each, and an answer for each', async () => {
  const teams = [randomUUID(), randomUUID()];
  for (const [at, watchId] of [byAddress, byLogin].entries()) {
    const team = teams[at] ?? '';
    await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'T')`;
    await database.sql`UPDATE account_watch SET team_id = ${team} WHERE id = ${watchId}`;
  }
  await signed(both());
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(2);
  expect(mails.every(({ text }) => !text.includes('of your watches'))).toBe(true);
  const held = await linkIn(mails[0]);
  await sayOfAlerts(deps, [held.id], { answer: 'mine', who, watches: held.watches });
  await sayOfAlerts(deps, [held.id], { answer: 'resolved', who });
  expect(new Set((await answers()).map((row) => row.watch_id))).toEqual(new Set([held.watchId]));
});

it('is silent when the same signature is seen again by another of the watches', async () => {
  await signed([{ watchId: byAddress }], 'rekor2-0', `again ${email}`);
  expect(await mailsTo(email)).toHaveLength(1);
  await signed([{ watchId: byLogin }], 'rekor1-0', `again ${email}`);
  expect(await mailsTo(email)).toHaveLength(1);
  const rows = await database.sql`
    SELECT DISTINCT event_id FROM alert_alert WHERE watch_id = ANY(${[byAddress, byLogin]}::uuid[])
      AND told_at IS NOT NULL`;
  expect(rows).toHaveLength(1);
});

it('one address of a channel is told once, under the keys of every watch that leads there', async () => {
  const add = (id: string, told: 'at-once' | 'second') =>
    database.sql.begin((transaction) =>
      addChannel(
        transaction,
        deps,
        { id, value: email, email },
        { kind: 'webhook', url: 'https://hook.example/x', told },
      ),
    );
  for (const id of [byAddress, byLogin])
    for (const told of ['at-once', 'second'] as const) await add(id, told);
  await signed(both());
  await signed(both());
  const deliveries = () => database.sql<{ id: string; kind: string }[]>`
    SELECT delivery.id, delivery.kind FROM alert_delivery delivery JOIN alert_alert alert ON alert.id = delivery.alert_id
    WHERE alert.watch_id = ANY(${[byAddress, byLogin]}::uuid[]) ORDER BY delivery.created_at`;
  expect((await deliveries()).map(({ kind }) => kind)).toEqual(['alert']);
  await database.sql.begin(async (transaction) => {
    const claimed = await claim(transaction, (await deliveries())[0]?.id ?? '');
    if (claimed === undefined) throw new Error('not due');
    expect(new Set((await targetOf(transaction, testSealing, claimed)).secrets).size).toBe(4);
  });
  await mailsTo(email);
  await escalate(database.sql, new Date(Date.now() + 61 * 60_000));
  expect((await deliveries()).map(({ kind }) => kind)).toEqual(['alert', 'second']);
});

it('the inbox has a row for each event, with its parts, and pages by events', async () => {
  const team = randomUUID();
  await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
  await database.sql`UPDATE account_watch SET team_id = ${team} WHERE id = ANY(${[byAddress, byLogin]}::uuid[])`;
  const parts = { userId: randomUUID(), teams: [{ id: team, role: 'owner' }], proof: { kind: 'session' } };
  const caller = parts as unknown as Caller;
  for (let at = 0; at < 3; at++) await signed(both());
  for (const issuer of ['https://b.example', 'https://c.example'])
    await signed([
      { watchId: byAddress, change: { issuer } },
      { watchId: byLogin, change: { issuer, firstForIssuer: false } },
    ]);
  const first = await listAlerts(deps, caller, { limit: 2 });
  const rest = await listAlerts(deps, caller, { limit: 2, before: first.next });
  const all = [...first.alerts, ...rest.alerts];
  expect(all.map(({ eventCount, partCount }) => [eventCount, partCount])).toEqual([
    [1, 2],
    [1, 2],
    [3, 6],
  ]);
  // Of several watches the gravest speaks for the event.
  expect(all.map(({ verdict }) => verdict)).toEqual(['unexpected', 'unexpected', 'unexpected']);
  expect(all[0]?.parts.map(({ verdict }) => verdict).sort()).toEqual(['notable', 'unexpected']);
  expect(await countAlerts(deps, caller)).toEqual({ open: 3, grave: 3 });
  await sayOfAlerts(deps, [all[0]?.id ?? ''], { answer: 'mine', who });
  expect(await countAlerts(deps, caller)).toEqual({ open: 2, grave: 2 });
  expect((await listAlerts(deps, caller, { states: ['mine'], limit: 5 })).alerts).toHaveLength(1);
  expect((await listAlerts(deps, caller, { watchId: byLogin, limit: 5 })).alerts).toHaveLength(3);
});

it('keeps what was done about an event: by whom, once, with the cause, and undone by anybody who responds', async () => {
  await signed(both());
  const held = await linkIn((await mailsTo(email))[0]);
  const bob = { by: 'bob', actor: { kind: 'mail' } } as const;
  const ticks = Array.from({ length: 20 }, () =>
    noteResponse(deps, held, { act: 'step', step: 'contain' }, who),
  );
  await Promise.all(ticks);
  await noteResponse(deps, held, { act: 'step', step: 'preserve' }, bob);
  await noteResponse(deps, held, { act: 'cause', cause: 'unknown', note: '' }, who);
  await noteResponse(deps, held, { act: 'cause', cause: 'token-stolen', note: 'from a cache' }, bob);
  const then = await readResponse(deps, held.eventId);
  expect(then.history).toHaveLength(4);
  expect([...then.done].map(([step, { by }]) => [step, by])).toEqual([
    ['preserve', 'bob'],
    ['contain', 'jane'],
  ]);
  expect(then.cause).toMatchObject({ value: 'token-stolen', note: 'from a cache', by: 'bob' });
  await noteResponse(deps, held, { act: 'unstep', step: 'contain' }, bob);
  const now = await readResponse(deps, held.eventId);
  expect([...now.done.keys()]).toEqual(['preserve']);
  expect(now.history.find(({ value }) => value === 'contain')?.undoneBy).toBe('bob');
  const elsewhere = await readResponse(deps, randomUUID());
  expect(elsewhere.history).toEqual([]);
});

it('tells channels of logs and of our service once an address, never in the words of an alert', async () => {
  await database.sql`UPDATE account_channel SET ended_at = now()`;
  const add = (id: string, kind: 'webhook' | 'slack' | 'pagerduty') =>
    database.sql.begin((transaction) =>
      addChannel(
        transaction,
        deps,
        { id, value: email, email },
        { kind, url: 'https://hook.example/y', routingKey: 'R0UT1NG' },
      ),
    );
  for (const id of [byAddress, byLogin])
    for (const kind of ['webhook', 'slack', 'pagerduty'] as const) await add(id, kind);
  const news: News = {
    type: 'service.trouble',
    key: `log x ${email}`,
    log: 'x',
    title: 'We cannot see what is signed in log.example',
    text: 'Nothing is known to be wrong.',
    since: new Date().toISOString(),
    url: 'https://watch.example/logs',
  };
  const queued = () =>
    database.sql.begin((transaction) => queueNews(transaction, news, [byAddress, byLogin]));
  expect([await queued(), await queued()]).toEqual([3, 0]);
  const rows = await database.sql<{ id: string; kind: string }[]>`
    SELECT delivery.id, channel.kind FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
    WHERE delivery.kind = 'news' ORDER BY channel.kind`;
  const [pager, chat, hook] = await Promise.all(
    rows.map(({ id }) =>
      database.sql.begin(async (transaction) => {
        const claimed = await claim(transaction, id);
        if (claimed === undefined) throw new Error('not due');
        return noticeOf(transaction, claimed, 'https://watch.example');
      }),
    ),
  );
  if (pager === undefined || chat === undefined || hook === undefined) throw new Error('not all are told');
  const target = { url: '', secrets: ['R'], privateKeys: [] };
  expect(JSON.parse(webhook.render(hook))).toMatchObject({ type: 'service.trouble', data: { log: 'x' } });
  expect(JSON.parse(slack.render(chat))).toMatchObject({
    text: 'About our service, no signature: We cannot see what is signed in log.example',
  });
  const event = { event_action: 'trigger', dedup_key: news.key, payload: { severity: 'info' } };
  expect(JSON.parse(pagerduty.render(pager, target))).toMatchObject(event);
  const over = { ...pager, news: { ...news, type: 'service.recovered' as const } };
  expect(JSON.parse(pagerduty.render(over, target))).toMatchObject({ ...event, event_action: 'resolve' });
});

it('stops by mail the one watch that one click on the web stops, and nothing by any other address', async () => {
  const parts = { sql: database.sql, sealing: testSealing };
  await confirmedWatch(database, `other ${email}`, email);
  await signed(both());
  const [mail] = await mailsTo(email);
  const [, address = ''] =
    /<https:[^>]+>, <mailto:([^?>]+)\?subject=unsubscribe>/.exec(mail?.headers['List-Unsubscribe'] ?? '') ??
    [];
  expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64);
  const id = mail?.messageId.slice(1, 37) ?? '';
  const stops = (to: string) => stopTokensOf(parts, to);
  expect(await stops(address.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@')))).toBeUndefined();
  expect(await stops(returnPathOf(testSealing, 'bounces@watch.example')(id))).toBeUndefined();
  expect(await stops(address)).toEqual([`stop-${byAddress}`]);
});

it('shows a freeze that was set at the authority, by a command, to those who watch the name', async () => {
  const team = randomUUID();
  await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
  await database.sql`UPDATE account_watch SET team_id = ${team} WHERE id = ${byAddress}`;
  const parts = { userId: randomUUID(), teams: [{ id: team, role: 'viewer' }], proof: { kind: 'session' } };
  const frozenAt = '2026-11-23T12:00:00.000Z';
  const standing = [email, 'nobody@example.com'].map((value) => ({ kind: 'email', value, frozenAt }));
  const freezes = { all: () => Promise.resolve(standing) } as unknown as Dependencies['freezes'];
  const seen = await listWatchedFreezes({ ...deps, freezes }, parts as unknown as Caller);
  expect(seen).toEqual([{ value: email, since: new Date(frozenAt) }]);
  const away = { all: () => Promise.reject(new Error('away')) } as unknown as Dependencies['freezes'];
  expect(await listWatchedFreezes({ ...deps, freezes: away }, parts as unknown as Caller)).toEqual([]);
});
