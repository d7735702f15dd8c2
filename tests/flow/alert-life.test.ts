/**
 * What becomes of an alert that nobody answers, and what waits: told at once or at the end of the hour, never at night but
 * for contradictions, to the second channel after an hour, once more after a day, and everything in the digest of the
 * week. Time is given, nothing is waited for.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { namedSql } from '#lib/server/named-sql.ts';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { sayOfAlerts, undoAnswers } from '#app/alert/answers.ts';
import { addChannel } from '#app/watch/settings/channel-acts.ts';
import { noteBounce, returnPathOf, takeReport } from '#workers/alert/bounces.ts';
import { lastWeek, queueDigests } from '#workers/alert/digest.ts';
import { escalate } from '#workers/alert/escalate.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { sendDueMails } from '#tests/harness/due-mails.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const minute = 60_000;
const hour = 60 * minute;
const database = await freshDatabase();
const deps = webParts(database);
let watchId: string;
let email: string;
const sent: OutgoingMail[] = [];
const who = { by: 'jane', actor: { kind: 'mail' } } as const;
const signedIn = { by: 'jane', actor: { kind: 'user', id: randomUUID() } } as const;

beforeEach(async () => {
  email = `${randomUUID()}@example.com`;
  watchId = await confirmedWatch(database, `w-${email}`, email);
  sent.length = 0;
});

const kinds = {
  notable: {},
  dormant: { signedByOthers: true },
  unexpected: { firstForIssuer: true },
  contradiction: { trust: 'untrusted' },
} as const;

async function alerts(...wanted: readonly (keyof typeof kinds)[]): Promise<string[]> {
  const made = wanted.map((kind) => ({ watchId, email, facts: signatureFacts(kinds[kind]) }));
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, made));
  const rows = await database.sql<{ id: string }[]>`
    SELECT id FROM alert_alert WHERE watch_id = ${watchId} ORDER BY entry_index DESC LIMIT ${wanted.length}`;
  return rows.map(({ id }) => id).reverse();
}

const mails = () => database.sql<{ id: string; minutes: number; state: string }[]>`
  SELECT id, state, round(extract(epoch FROM next_at - now()) / 60)::int AS minutes FROM mail_outbox
  WHERE recipient = ${email} ORDER BY next_at`;
const deliveries = () => database.sql<{ kind: string; minutes: number; webhook_id: string }[]>`
  SELECT delivery.kind, webhook_id, round(extract(epoch FROM delivery.next_at - now()) / 60)::int AS minutes
  FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
  WHERE channel.watch_id = ${watchId} ORDER BY delivery.created_at`;
const addTo = (told: 'at-once' | 'second') =>
  database.sql.begin((transaction) =>
    addChannel(
      transaction,
      deps,
      { id: watchId, value: 'dev@example.com', email },
      { kind: 'slack', url: 'https://hooks.example.com/x', told },
    ),
  );
const rule = () => database.sql`
  INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
  VALUES (${randomUUID()}, ${watchId}, '{}', ${email}, now() + interval '1 day')`;

async function deliverAll(): Promise<void> {
  await database.sql`UPDATE mail_outbox SET next_at = now() WHERE recipient = ${email} AND state = 'queued'`;
  sent.push(...(await sendDueMails(database, email)));
}
const later = (ms: number) => new Date(Date.now() + ms);

it('tells of everything at once until the owner has said what is usual', async () => {
  await alerts('notable', 'unexpected');
  expect((await mails()).map(({ minutes }) => minutes)).toEqual([0, 0]);
});

it('tells of what is notable at the end of the hour after that, of what is alike in one mail', async () => {
  await rule();
  await alerts('notable', 'notable', 'dormant', 'unexpected', 'notable');
  const untilFull = Math.round((hour - (Date.now() % hour)) / minute);
  const due = (await mails()).map(({ minutes }) => minutes);
  expect(due[0]).toBe(0);
  expect(due.slice(1).every((minutes) => Math.abs(minutes - untilFull) <= 1)).toBe(true);
  expect(due).toHaveLength(3);
  await deliverAll();
  expect(sent).toHaveLength(3);
  const told = await database.sql`SELECT 1 FROM alert_alert WHERE watch_id = ${watchId} AND told_at IS NULL`;
  expect(told).toHaveLength(0);
});

it('holds back everything but contradictions in quiet hours, on every channel', async () => {
  await addTo('at-once');
  const now = new Date().getUTCHours();
  await database.sql`
    UPDATE account_watch SET quiet_from = ${(now + 23) % 24}, quiet_until = ${(now + 2) % 24} WHERE id = ${watchId}`;
  await alerts('unexpected', 'contradiction');
  const [first, second] = await mails();
  expect(first?.minutes).toBe(0);
  expect(second?.minutes).toBeGreaterThanOrEqual(60);
  expect((await deliveries()).map(({ minutes }) => minutes >= 60).sort()).toEqual([false, true]);
});

it('tells the second channel after an hour without an answer: one message an event, once', async () => {
  await addTo('second');
  await alerts('unexpected', 'unexpected', 'unexpected');
  expect(await deliveries()).toEqual([]);
  await deliverAll();
  await escalate(database.sql, later(59 * minute));
  expect(await deliveries()).toEqual([]);
  await Promise.all([1, 2, 3].map(() => escalate(database.sql, later(61 * minute))));
  expect((await deliveries()).map(({ kind }) => kind)).toEqual(['second']);
  await escalate(database.sql, later(120 * minute));
  expect(await deliveries()).toHaveLength(1);
});

it.each(['acknowledged', 'mine', 'not-mine', 'resolved'] as const)(
  '%s ends it, for the whole event',
  async (answer) => {
    await addTo('second');
    const [one = ''] = await alerts('unexpected', 'unexpected');
    await deliverAll();
    await sayOfAlerts(deps, [one], { answer, who: signedIn });
    await escalate(database.sql, later(25 * hour));
    expect(await deliveries()).toEqual([]);
    expect((await mails()).filter(({ state }) => state === 'queued')).toEqual([]);
  },
);

it('an answer that is taken back does not end it', async () => {
  await addTo('second');
  const [one = ''] = await alerts('unexpected');
  await deliverAll();
  await sayOfAlerts(deps, [one], { answer: 'mine', who });
  await undoAnswers(deps, [one], who);
  await escalate(database.sql, later(61 * minute));
  expect(await deliveries()).toHaveLength(1);
});

it('tells the second channel at once when the mail does not arrive', async () => {
  await addTo('second');
  await alerts('unexpected');
  await noteBounce(database.sql, email, 'Status: 5.1.1', new Date());
  await deliverAll();
  expect(sent).toEqual([]);
  await escalate(database.sql, later(minute));
  expect((await deliveries()).map(({ kind }) => kind)).toEqual(['second']);
});

it('reminds once after a day, in the thread of the first mail', async () => {
  await alerts('unexpected', 'unexpected');
  await deliverAll();
  const [first] = sent;
  for (const hours of [23, 25, 26, 48]) await escalate(database.sql, later(hours * hour));
  await deliverAll();
  expect(sent).toHaveLength(2);
  expect(sent[1]?.subject).toMatch(/^Reminder: Unexpected signature/);
  expect(sent[1]?.headers['In-Reply-To']).toBe(first?.messageId);
  expect(sent[1]?.text).not.toMatch(/\/alert\/.*token=/);
});

it('lets "this was me" within seconds of the mail call nothing off, until it is said again', async () => {
  await addTo('second');
  const [one = ''] = await alerts('unexpected');
  await deliverAll();
  await sayOfAlerts(deps, [one], { answer: 'mine', who });
  await escalate(database.sql, later(61 * minute));
  expect(await deliveries()).toHaveLength(1);
  await escalate(database.sql, later(25 * hour));
  await deliverAll();
  expect(sent.filter(({ subject }) => subject.startsWith('Reminder'))).toHaveLength(1);
});

it('keeps one answer of many presses within the minute, and hears whoever is signed in at once', async () => {
  const [one = ''] = await alerts('unexpected');
  await deliverAll();
  const mine = { answer: 'mine' } as const;
  expect(await sayOfAlerts(deps, [one], { ...mine, who })).toBe(1);
  expect(await sayOfAlerts(deps, [one], { ...mine, who })).toBe(0);
  expect(await sayOfAlerts(deps, [one], { ...mine, who: signedIn })).toBe(1);
  await escalate(database.sql, later(25 * hour));
  await deliverAll();
  expect(sent.filter(({ subject }) => subject.startsWith('Reminder'))).toHaveLength(0);
  expect(await undoAnswers(deps, [one], who)).toBe(1);
  expect(await undoAnswers(deps, [one], who)).toBe(0);
});

it('takes the same answer again, a minute after the mail, and is quiet then', async () => {
  const [one = ''] = await alerts('unexpected');
  await deliverAll();
  await sayOfAlerts(deps, [one], { answer: 'mine', who });
  await database.sql`UPDATE alert_alert SET told_at = told_at - interval '61 seconds' WHERE id = ${one}`;
  await database.sql`UPDATE account_answer SET at = at - interval '61 seconds' WHERE alert_id = ${one}`;
  expect(await sayOfAlerts(deps, [one], { answer: 'mine', who })).toBe(1);
  expect(await sayOfAlerts(deps, [one], { answer: 'mine', who })).toBe(0);
  await escalate(database.sql, later(25 * hour));
  await deliverAll();
  expect(sent.filter(({ subject }) => subject.startsWith('Reminder'))).toHaveLength(0);
});

it('does not send the reminder that was answered on its way', async () => {
  const [one = ''] = await alerts('unexpected');
  await deliverAll();
  await escalate(database.sql, later(25 * hour));
  await sayOfAlerts(deps, [one], { answer: 'acknowledged', who });
  await deliverAll();
  expect(sent).toHaveLength(1);
});

it('sends the digest of the week once, with the figures of that week alone', async () => {
  const monday = new Date('2026-11-30T07:30:00Z');
  expect(lastWeek(monday)).toBe('2026-11-23');
  expect(lastWeek(new Date('2026-11-30T06:30:00Z'))).toBe('2026-11-16');
  await database.sql`UPDATE account_watch SET confirmed_at = '2026-11-20' WHERE id = ${watchId}`;
  await database.sql`UPDATE account_watch SET digest = false WHERE id <> ${watchId}`;
  await database.sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key, verified_size)
    VALUES ('rekor2-0', 'rekor-v2', 'log.example', 'http://l', 'l', '', 1500)`;
  const seen: [number, string][] = [
    [100, '2026-11-22T23:59:00Z'],
    [900, '2026-11-25T00:00:00Z'],
    [1_334, '2026-11-29T23:59:00Z'],
    [1_500, '2026-11-30T00:01:00Z'],
  ];
  for (const [size, at] of seen)
    await database.sql`
      INSERT INTO monitor_checkpoint (log_id, size, root, note, seen_at, verified_at) VALUES ('rekor2-0', ${size}, '', '', ${at}, ${at})`;
  const [inside = '', before = ''] = await alerts('unexpected', 'unexpected');
  for (const alike of ['dev@examp1e.com', 'dev@exarnple.com', 'dev@exampie.com', 'dev@exampl3.com']) {
    const [id = ''] = await alerts('notable');
    await database.sql`
      UPDATE alert_alert SET created_at = '2026-11-25', facts = facts || ${database.sql.json({ lookAlike: alike })} WHERE id = ${id}`;
  }
  await database.sql`UPDATE alert_alert SET created_at = '2026-11-24', verdict = 'expected' WHERE id = ${inside}`;
  await database.sql`UPDATE alert_alert SET created_at = '2026-11-22' WHERE id = ${before}`;
  await database.sql`UPDATE mail_outbox SET state = 'sent' WHERE recipient = ${email}`;
  const counts = await Promise.all([1, 2].map(() => queueDigests(database.sql, monday)));
  expect(counts.sort()).toEqual([0, 1]);
  await deliverAll();
  const [mail] = sent;
  expect(mail?.subject).toBe('5 signatures last week, none unexpected');
  expect(mail?.text).toContain('We verified and searched 1,234 new entries in 1 log.');
  expect(mail?.text.replace(/\s+/g, ' ')).toContain(
    '1 expected, 4 notable, 4 without an answer, 4 names like it signed: dev@examp1e.com, dev@exampie.com, dev@exampl3.com and 1 more',
  );
  expect(mail?.headers['List-Unsubscribe']).toMatch(/only=digest/);
});

it('leaves an address alone that mail came back from, longer each time; nobody else can silence it', async () => {
  const parts = { sql: database.sql, sealing: testSealing };
  await alerts('unexpected');
  const [{ id } = { id: '' }] = await mails();
  const path = returnPathOf(testSealing, 'bounces@mail.example.com')(id);
  expect(path).toMatch(/^bounces\+[0-9a-f]{32}-[0-9a-f]{16}@mail\.example\.com$/);
  const report = (status: string, action = 'failed') =>
    `Final-Recipient: rfc822; x\r\nAction: ${action}\r\nStatus: ${status}\r\n`;
  const take = (text: string, to = path, at = new Date()) => takeReport(parts, to, text, at);
  expect(await take(report('5.1.1'), path.replace(/-.{4}/, '-0000'))).toBe('not-ours');
  expect(await take(report('4.4.1', 'delayed'))).toBe('no-failure');
  expect(await take(report('4.4.7'))).toBe('no-failure');
  const days = async () => {
    const [row] = await database.sql`
      SELECT bounces, round(extract(epoch FROM quiet_until - last_at) / 86400)::int AS days FROM mail_bounce WHERE address = ${email}`;
    return row;
  };
  expect(await days()).toBeUndefined();
  let at = Date.now();
  for (const expected of [1, 7, 30, 36_500]) {
    expect(await take(report('5.1.1'), path, new Date(at))).toBe('noted');
    expect((await days())?.['days']).toBe(expected);
    await take(report('5.1.1'), path, new Date(at + minute));
    expect((await days())?.['days']).toBe(expected);
    at += (expected + 1) * 24 * hour;
  }
});

it('takes no certificate of the very second in which a freeze was lifted for one that evaded it', async () => {
  const team = randomUUID();
  await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
  await database.sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by, created_at, lifted_at)
    VALUES (${randomUUID()}, ${team}, 'email', 'frozen@example.com', 'a', '2026-11-01T10:00:00.4Z', '2026-11-01T10:00:05.25Z')`;
  const times = ['10:00:04', '10:00:05', '10:00:06'].map((time) => `2026-11-01T${time}Z`);
  const rows = await database.sql.unsafe(namedSql('match-frozen'), [
    times.map(() => 'frozen@example.com'),
    times.map(() => ''),
    times,
    times.map(() => ''),
    times.map(() => ''),
  ]);
  expect(rows.map((row) => Number(row['place']))).toEqual([1]);
});
