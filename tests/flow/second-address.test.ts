/**
 * A second address of a watch: nothing goes there before its reader pressed yes, alerts do afterwards, answered by a secret
 * that is its own; and what people change stands in the record or not at all.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { createLogger } from '#lib/server/logger.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { POST as notMine } from '#app/alert/[id]/not-mine/press/route.ts';
import { openSession } from '#app/account/session.ts';
import { userOfAddress } from '#app/account/user.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { POST as second } from '#app/watch/second/press/route.ts';
import { findOwnWatch } from '#app/watch/settings/asked.ts';
import { POST as settings } from '#app/watch/settings/press/route.ts';
import { deliverToChannel } from '#workers/alert/deliveries.ts';
import { escalate } from '#workers/alert/escalate.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { pressRequest } from '#tests/harness/mailed-press.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { sendDueMails } from '#tests/harness/due-mails.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const colleague = 'colleague@example.net';
const base = 'http://watch.example';
const config = readConfig({ NODE_ENV: 'test', WEB_URL: base });
const logger = createLogger('workers', 'silent');
let sent: OutgoingMail[] = [];
let database: TestDatabase;
let deps: Dependencies;
let watchId: string;
let cookie: string;

beforeAll(async () => {
  database = await freshDatabase();
  deps = webParts(database, {
    renderLetter,
    refusalPage: (heading) => heading,
    freezes: {} as Dependencies['freezes'],
    config,
  });
  provideDependencies(deps);
  watchId = await confirmedWatch(database, 'dev@example.com', 'dev@example.com');
  // Whose mailbox the watch is of signs in, and has it from then on.
  cookie = await database.sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, 'dev@example.com');
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
});

const press = (fields: Record<string, string>) =>
  settings(
    new Request(`${base}/watch/settings/press?watch=${watchId}`, {
      method: 'POST',
      headers: { cookie: cookie.split(';')[0] ?? '' },
      body: new URLSearchParams(fields),
    }),
  );
const add = (address: string) =>
  press({ act: 'add-channel', kind: 'mail', url: address, told: 'second', routingKey: '' });
const acts = async () =>
  (
    await database.sql<
      { act: string }[]
    >`SELECT act FROM account_audit WHERE act LIKE 'channel.%' ORDER BY id`
  ).map(({ act }) => act);

async function deliverAll(): Promise<OutgoingMail[]> {
  const due = await database.sql<{ id: string }[]>`SELECT id FROM alert_delivery WHERE state = 'queued'`;
  const outbound = { allowLoopback: false, timeoutMs: 100 };
  for (const { id } of due)
    await deliverToChannel({ sql: database.sql, logger, webUrl: base, sealing: testSealing, outbound }, id);
  sent = await sendDueMails(database, undefined, { webUrl: base });
  return sent.filter(({ to }) => to === colleague);
}

async function unanswered(): Promise<string> {
  const facts = signatureFacts({ issuer: `https://${randomUUID()}.example`, firstForIssuer: true });
  await database.sql.begin((transaction) =>
    insertAlertsWithMail(transaction, [{ watchId, email: 'dev@example.com', facts }]),
  );
  await deliverAll();
  await database.sql`UPDATE alert_alert SET told_at = told_at - interval '61 minutes'`;
  await escalate(database.sql, new Date());
  const [row] = await database.sql<{ id: string }[]>`
    SELECT id FROM alert_alert ORDER BY created_at DESC, id LIMIT 1`;
  return row?.id ?? '';
}

const linkIn = (mail: OutgoingMail | undefined, path: string): URL => {
  const found = mail?.text.split(/\s+/).find((word) => word.startsWith(`${base}${path}`));
  return new URL(found ?? `${base}/none`);
};
const pressSecond = (link: URL, fields: Record<string, string>) =>
  second(
    'List-Unsubscribe' in fields
      ? new Request(`${base}/watch/second/press${link.search}`, {
          method: 'POST',
          body: new URLSearchParams(fields),
        })
      : pressRequest(`${base}/watch/second/press${link.search}`, fields),
  );

it('asks once, and sends nothing else before the reader of the address pressed yes', async () => {
  await add('dev@example.com');
  expect(await acts()).toEqual([]);
  await add(colleague);
  expect(await acts()).toEqual(['channel.added']);
  const stored = JSON.stringify(await database.sql`SELECT url FROM account_channel`);
  expect(stored).not.toContain(colleague);
  const [question, ...more] = await deliverAll();
  expect(more).toEqual([]);
  expect(question?.subject).toBe('Confirm: second address for dev@example.com');
  await unanswered();
  expect(await deliverAll()).toEqual([]);
  const link = linkIn(question, '/watch/second');
  await pressSecond(new URL(`${base}/?channel=${link.searchParams.get('channel')}&token=${'0'.repeat(64)}`), {
    act: 'confirm',
  });
  await unanswered();
  expect(await deliverAll()).toEqual([]);
  expect((await pressSecond(link, { act: 'confirm' })).status).toBe(303);
});

it('is told when nobody answers, and answers by a secret of its own that sets nothing', async () => {
  const id = await unanswered();
  const [mail, ...more] = (await deliverAll()).filter(({ text }) => text.includes(`/alert/${id}`));
  expect(more).toEqual([]);
  expect(mail?.subject).toMatch(/^Nobody has answered: Unexpected signature as dev@example.com/);
  const link = linkIn(mail, `/alert/${id}/not-mine`);
  const held = link.searchParams.get('token') ?? '';
  const asked = new URLSearchParams({ alert: id, token: held });
  expect(await findOwnWatch(deps, asked)).toBeUndefined();
  const post = (secret: string, act: Record<string, string> = { act: 'not-mine' }) =>
    notMine(pressRequest(`${base}/alert/${id}/not-mine/press?token=${secret}`, act), {
      params: Promise.resolve({ id }),
    });
  expect((await post('f'.repeat(64))).status).toBe(404);
  expect((await post(held, {})).headers.get('location')).toContain(`/alert/${id}/not-mine?token=`);
  expect(await database.sql`SELECT 1 FROM account_answer WHERE alert_id = ${id}`).toEqual([]);
  expect((await post(held)).status).toBe(303);
  const [said] = await database.sql`SELECT answer, by FROM account_answer WHERE alert_id = ${id}`;
  expect(said).toEqual({ answer: 'not-mine', by: `whoever reads ${colleague}` });
});

it('sends a test by every way, five times an hour', async () => {
  for (let times = 0; times < 7; times++) await press({ act: 'test-watch' });
  const [mail] = await deliverAll();
  expect(mail?.subject).toBe('Test alert: nothing was signed');
  const own = sent.filter(({ to }) => to === 'dev@example.com');
  expect(own).toHaveLength(5);
  expect(own[0]?.subject).toBe('Test alert as dev@example.com: nothing was signed');
  expect(own[0]?.text).toContain('Way 2: mail, when nobody answers for an hour');
});

it('ends with one click of a mail program, for good', async () => {
  await unanswered();
  const [mail] = await deliverAll();
  const link = new URL((mail?.headers?.['List-Unsubscribe'] ?? '').replace(/[<>]/g, ''));
  const answer = await pressSecond(link, { 'List-Unsubscribe': 'One-Click' });
  expect(answer.status).toBe(200);
  await pressSecond(link, { act: 'confirm' });
  await unanswered();
  expect(await deliverAll()).toEqual([]);
});

it('changes nothing that it cannot record', async () => {
  const rule = JSON.stringify({ issuer: 'https://accounts.example.com', source: 'github.com/acme/app' });
  await database.sql`ALTER TABLE account_audit ADD CONSTRAINT broken CHECK (false) NOT VALID`;
  await expect(press({ act: 'accept', rule })).rejects.toThrow(/broken/);
  await expect(
    press({ act: 'add-channel', kind: 'webhook', url: 'https://hooks.example.com/x', told: 'at-once' }),
  ).rejects.toThrow(/broken/);
  const pace = { notable: 'hourly', quietFrom: '', quietUntil: '', quietZone: 'UTC' };
  await expect(press({ act: 'pace', ...pace })).rejects.toThrow(/broken/);
  await database.sql`ALTER TABLE account_audit DROP CONSTRAINT broken`;
  expect(await database.sql`SELECT 1 FROM account_rule`).toHaveLength(0);
  expect(await database.sql`SELECT 1 FROM account_channel WHERE kind = 'webhook'`).toHaveLength(0);
  expect(await database.sql`SELECT notable FROM account_watch`).toEqual([{ notable: 'auto' }]);
});
