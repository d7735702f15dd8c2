/** The owner of a watch adds, tests and removes webhooks with the mailed link alone, and nobody touches another's. */
import { randomUUID } from 'node:crypto';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { openPrisma } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import SettingsPage from '#app/watch/settings/page.tsx';
import { POST } from '#app/watch/settings/press/route.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';

const tokens = { owner: 'the-owner-s-mailed-token', other: 'another-owner-s-mailed-token' };
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
    config: { webhookLoopback: false, web: { url: 'http://watch.example' } },
  };
  deps = parts as unknown as Dependencies;
  provideDependencies(deps);
  for (const token of Object.values(tokens)) {
    const id = await confirmedWatch(database, 'dev@example.com', `${token}@example.com`);
    await database.sql`UPDATE account_watch SET token_hash = ${sha256(utf8(token))} WHERE id = ${id}`;
  }
});
afterEach(() => deps.prisma.$disconnect());

const press = (fields: Record<string, string>, token = tokens.owner) =>
  POST(
    new Request(`http://watch.example/watch/settings/press?token=${token}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    }),
  );
const channels = () =>
  database.sql<
    { id: string; url: string; secret: string; previous_secret: string | null; ended_at: Date | null }[]
  >`
    SELECT id, url, secret, previous_secret, ended_at FROM account_channel`;
const deliveries = () => database.sql`SELECT kind, webhook_id FROM alert_delivery ORDER BY created_at`;
const add = async (): Promise<string> => {
  await press({ act: 'add-channel', kind: 'webhook', url: 'https://hooks.example.com/a' });
  return (await channels())[0]?.id ?? '';
};

it.each(['http://example.com/', 'https://example.com:22/', 'http://127.0.0.1/', 'javascript:alert(1)', ''])(
  'does not take %j',
  async (url) => {
    await press({ act: 'add-channel', kind: 'webhook', url });
    expect(await channels()).toHaveLength(0);
  },
);

it('keeps the secret before while a new one is made, and shows what was added', async () => {
  const id = await add();
  const [before] = await channels();
  await press({ act: 'rotate', id });
  const [after] = await channels();
  expect(after?.previous_secret).toBe(before?.secret);
  expect(after?.secret).not.toBe(before?.secret);
  const page = await SettingsPage({ searchParams: Promise.resolve({ token: tokens.owner }) });
  const html = renderToStaticMarkup(createElement('div', null, page));
  expect(html).toContain('hooks.example.com/a');
  expect(html).toContain('whpk_');
  const foreign = await SettingsPage({ searchParams: Promise.resolve({ token: tokens.other }) });
  expect(renderToStaticMarkup(createElement('div', null, foreign))).not.toContain('hooks.example.com/a');
});

it('sends five tests an hour and no more', async () => {
  const id = await add();
  await Promise.all(Array.from({ length: 12 }, () => press({ act: 'test', id })));
  expect(await deliveries()).toHaveLength(5);
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
