/**
 * The owner of a watch without an account adds, tests and removes webhooks with the link of an alert, is told of it and shown
 * no secret; once the watch belongs to an account only who is signed in does. Nobody touches another's.
 */
import { randomUUID } from 'node:crypto';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { freezesOf } from '#lib/server/freezes.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { openSession } from '#app/account/session.ts';
import { queued } from '#app/api/keyed.ts';
import { userOfAddress } from '#app/account/user.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { Confirmation } from '#app/watch/confirm/confirmation.tsx';
import { POST as confirm } from '#app/watch/confirm/press/route.ts';
import { addChannel, type Added, type NewChannel } from '#app/watch/settings/channel-acts.ts';
import { wordsOfRefusal } from '#app/watch/settings/channel-refusal.ts';
import { findOwnWatch, signedInPath } from '#app/watch/settings/asked.ts';
import SettingsPage from '#app/watch/settings/page.tsx';
import { POST } from '#app/watch/settings/press/route.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { pressRequest } from '#tests/harness/mailed-press.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';

const tokens = { owner: 'the-owner-s-mailed-token', other: 'another-owner-s-mailed-token' };
const config = readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' });
const alerts = new Map<string, { alert: string; watch: string }>();
let database: TestDatabase;
let deps: Dependencies;

beforeEach(async () => {
  database = await freshDatabase();
  const prisma = openPrisma(database.url, { max: 2 });
  const parts = {
    prisma,
    sql: database.sql,
    statement: namedSql,
    now: () => new Date(),
    sealing: testSealing,
    config,
    renderLetter,
    // No authority runs.
    freezes: freezesOf('http://127.0.0.1:9', 'nobody'),
  };
  deps = parts as unknown as Dependencies;
  provideDependencies(deps);
  for (const token of Object.values(tokens)) {
    const id = await confirmedWatch(database, 'dev@example.com', `${token}@example.com`);
    const alert = randomUUID();
    await database.sql`
      INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash)
      VALUES (${alert}, ${id}, 'log', 1, 'unexpected', '[]', '{}', ${sha256(utf8(token))})`;
    alerts.set(token, { alert, watch: id });
  }
});
afterEach(() => deps.prisma.$disconnect());

const linkOf = (token: string) => ({ alert: alerts.get(token)?.alert ?? '', token });
const press = (fields: Record<string, string>, token = tokens.owner) =>
  POST(
    pressRequest(`http://watch.example/watch/settings/press?${new URLSearchParams(linkOf(token))}`, fields),
  );
const channels = () =>
  database.sql<
    { id: string; url: string; secret: string; previous_secret: string | null; ended_at: Date | null }[]
  >`
    SELECT id, url, secret, previous_secret, ended_at FROM account_channel`;
const deliveries = () => database.sql`SELECT kind, webhook_id FROM alert_delivery ORDER BY created_at`;
const pageOf = async (token: string): Promise<string> => {
  const page = await SettingsPage({ searchParams: Promise.resolve(linkOf(token)) });
  return renderToStaticMarkup(createElement('div', null, page));
};
const add = async (): Promise<string> => {
  await press({ act: 'add-channel', kind: 'webhook', url: 'https://hooks.example.com/a' });
  return (await channels())[0]?.id ?? '';
};

it.each([
  'http://example.com/',
  'https://example.com:22/',
  'http://127.0.0.1/',
  'https://10.1.2.3/hook',
  'https://169.254.169.254/',
  'https://[::1]/',
  'https://localhost/',
  'javascript:alert(1)',
  '',
])('does not take %j, and says so', async (url) => {
  const { headers } = await press({ act: 'add-channel', kind: 'webhook', url });
  expect(await channels()).toHaveLength(0);
  const shown = Object.fromEntries(
    new URL(headers.get('location') ?? '', 'http://watch.example').searchParams,
  );
  const page = await SettingsPage({ searchParams: Promise.resolve(shown) });
  expect(renderToStaticMarkup(createElement('div', null, page))).toContain('Not added.');
});

it('says why it does not take an address, by a code', async () => {
  const { watch: id = '' } = alerts.get(tokens.owner) ?? {};
  const own = `${tokens.owner}@example.com`;
  const ask = (asked: Partial<NewChannel>): Promise<Added> =>
    database.sql.begin((transaction) =>
      addChannel(
        transaction,
        deps,
        { id, value: 'dev@example.com', email: own },
        { kind: 'webhook', url: '', ...asked },
      ),
    );
  expect(await ask({ url: 'http://example.com' })).toEqual({ refused: 'bad-address' });
  expect(await ask({ url: 'https://192.168.0.1/' })).toEqual({ refused: 'not-public' });
  expect(await ask({ url: 'http://watch.example/x' })).toEqual({ refused: 'this-instance' });
  expect(await ask({ kind: 'mail', url: 'no address' })).toEqual({ refused: 'bad-address' });
  expect(await ask({ kind: 'mail', url: own })).toEqual({ refused: 'own-address' });
  expect(await ask({ kind: 'pagerduty' })).toEqual({ refused: 'key-missing' });
  const all = await Promise.all(
    Array.from({ length: 14 }, (_, at) => ask({ url: `https://hooks.example.com/${at}` })),
  );
  expect(all.filter((added) => 'id' in added)).toHaveLength(10);
  expect(all.filter((added) => 'refused' in added)).toEqual(
    Array.from({ length: 4 }, () => ({ refused: 'too-many' })),
  );
});

it('keeps the secret before while a new one is made, and shows what was added without what is secret of it', async () => {
  const id = await add();
  const [before] = await channels();
  await press({ act: 'rotate', id });
  const [after] = await channels();
  expect(after?.previous_secret).toBe(before?.secret);
  expect(after?.secret).not.toBe(before?.secret);
  const html = await pageOf(tokens.owner);
  expect(html).toContain('<p>hooks.example.com</p>');
  expect(await pageOf(tokens.other)).not.toContain('<p>hooks.example.com</p>');
  for (const secret of ['hooks.example.com/a', 'whsec_', 'whpk_', '/watch/feed?'])
    expect(html).not.toContain(secret);
});

it('tells the address of the watch what its link did', async () => {
  await add();
  const rule = { issuer: 'https://accounts.example.com', source: 'github.com/acme/app' };
  await press({ act: 'accept', rule: JSON.stringify(rule) });
  await press({ act: 'renew-feed' });
  expect(await database.sql`SELECT 1 FROM account_feed`).toHaveLength(0);
  const told = await database.sql<{ recipient: string; text: string }[]>`
    SELECT recipient, message->>'text' AS text FROM mail_outbox ORDER BY created_at`;
  expect(told.map(({ recipient }) => recipient)).toEqual(Array(2).fill(`${tokens.owner}@example.com`));
  expect(told[0]?.text).toContain('A channel was added');
  expect(told[1]?.text).toContain('A rule was added');
});

it('sets nothing by link once the watch belongs to an account, nor by the link that confirmed it', async () => {
  const { watch = '' } = alerts.get(tokens.owner) ?? {};
  const spent = 'c'.repeat(43);
  await database.sql`UPDATE account_watch SET token_hash = ${sha256(utf8(spent))} WHERE id = ${watch}`;
  const confirmed = renderToStaticMarkup(
    createElement('div', null, await Confirmation({ token: spent, held: 'stop-of-another' })),
  );
  expect(confirmed).toContain('used already');
  expect(confirmed).not.toMatch(/dev@example|stop-/);
  expect(await findOwnWatch(deps, new URLSearchParams({ token: spent }))).toBeUndefined();
  const id = await add();
  const cookie = await database.sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, `${tokens.owner}@example.com`);
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
  const before = await channels();
  await press({ act: 'remove', id });
  await press({ act: 'add-channel', kind: 'webhook', url: 'https://hooks.example.com/b' });
  expect(await channels()).toEqual(before);
  const asked = new URLSearchParams(linkOf(tokens.owner));
  expect(await findOwnWatch(deps, asked)).toBeUndefined();
  expect(await signedInPath(deps, asked)).toBe(`/watch/settings?watch=${watch}`);
  const headers = new Headers({ cookie: cookie.split(';')[0] ?? '' });
  const own = await findOwnWatch(deps, new URLSearchParams({ watch }), headers);
  expect(own).toMatchObject({ id: watch, byLink: false });
});

it('says of one press alone that it confirmed', async () => {
  const token = 'd'.repeat(43);
  const id = await confirmedWatch(database, 'dev@example.com', 'late@example.com');
  await database.sql`
    UPDATE account_watch SET state = 'pending', expires_at = now() + interval '1 hour',
      token_hash = ${sha256(utf8(token))} WHERE id = ${id}`;
  const url = `http://watch.example/watch/confirm/press?token=${token}`;
  for (const wrong of [
    new Request(url, { method: 'POST' }),
    pressRequest(url, { word: 'of another visit' }),
  ]) {
    const bare = await confirm(wrong);
    expect(bare.headers.get('location')).toBe(`/watch/confirm?token=${token}&again=yes`);
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(pressRequest(url))));
  const cookies = answers.flatMap((answer) => answer.headers.getSetCookie());
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toContain(`confirmed=stop-${id};`);
  const places = answers.map((answer) => answer.headers.get('location'));
  expect(new Set(places)).toEqual(new Set([`/watch/confirm?token=${token}`]));
});

it('sends twenty tests an hour, and says when the next one is possible', async () => {
  const id = await add();
  const answers = await Promise.all(Array.from({ length: 23 }, () => press({ act: 'test', id })));
  expect(await deliveries()).toHaveLength(20);
  const refused = answers.filter(({ headers }) => headers.get('location')?.endsWith('&channel=too-often'));
  expect(refused).toHaveLength(3);
  expect(wordsOfRefusal('too-often', new Date('2026-11-28T09:59:59.500Z'))).toContain(
    'possible at 10:00 UTC.',
  );
  const queue = queued('too-often');
  expect(queue.status).toBe(429);
  expect(Number(queue.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
});

it('replays under the same id', async () => {
  const id = await add();
  const [delivery, alert] = [randomUUID(), randomUUID()];
  await database.sql`
    INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, state)
    VALUES (${delivery}, ${id}, ${alert}, 'alert', 'msg_1', 'sent')`;
  await press({ act: 'replay', id: delivery }, tokens.other);
  expect(await deliveries()).toHaveLength(1);
  await press({ act: 'replay', id: delivery });
  expect((await deliveries())[1]).toEqual({ kind: 'replay', webhook_id: 'msg_1' });
});

it('lets nobody act on another’s', async () => {
  const id = await add();
  const [before] = await channels();
  for (const act of ['test', 'rotate', 'enable', 'remove']) await press({ act, id }, tokens.other);
  expect(await channels()).toEqual([before]);
  expect(await deliveries()).toHaveLength(0);
  await press({ act: 'remove', id });
  expect((await channels())[0]?.ended_at).not.toBeNull();
});
