/**
 * What chats and pagers are sent, seen by a real server: the form each of them takes, nothing in it that a stranger's
 * name could turn into a link or a call, one message an event, and secrets that are sealed where they are kept.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { createLogger } from '#lib/server/logger.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { addChannel } from '#app/watch/settings/channel-acts.ts';
import { readChannels, sealPlainChannels, type ChannelKind } from '#app/watch/settings/channels.ts';
import { deliverToChannel } from '#workers/alert/deliveries.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const hostile = 'x`](https://evil.example)<!channel>@everyone *b* https://evil.example/login';
let database: TestDatabase;
let deps: Dependencies;
let server: Server;
let url: string;
let received: { path: string; body: Record<string, unknown> }[] = [];
let status = 200;
let watchId: string;
let email: string;

beforeAll(async () => {
  database = await freshDatabase();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/T000/secret-part`;
  deps = webParts(database, { config: readConfig({ NODE_ENV: 'test', WEBHOOK_LOOPBACK: 'on' }) });
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
});
beforeEach(async () => {
  [received, status] = [[], 200];
  // One reader each: two watches of one mailbox are told of an entry together.
  email = `${randomUUID()}@example.com`;
  watchId = await confirmedWatch(database, `w-${email}`, email);
});

async function told(index: string): Promise<string[]> {
  const facts = signatureFacts({
    index,
    seenAt: '2026-11-23T12:00:00.000Z',
    issuer: `https://idp${index}.example`,
    digest: 'ab'.repeat(32),
    digestAlgorithm: 'SHA2_256',
    claims: { sourceRepositoryRef: hostile },
    source: hostile,
    firstForSource: true,
  });
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, [{ watchId, email, facts }]));
  const rows = await database.sql<{ id: string }[]>`
    SELECT delivery.id FROM alert_delivery delivery JOIN alert_alert alert ON alert.id = delivery.alert_id
    WHERE alert.watch_id = ${watchId} AND alert.entry_index = ${index}`;
  return rows.map(({ id }) => id);
}

const deliver = (id = '') =>
  deliverToChannel(
    {
      sql: database.sql,
      logger: createLogger('workers', 'silent'),
      webUrl: 'https://watch.example',
      sealing: testSealing,
      outbound: { allowLoopback: true, timeoutMs: 2_000 },
    },
    id,
  );
const add = (kind: ChannelKind, more = {}) =>
  database.sql.begin((transaction) =>
    addChannel(transaction, deps, { id: watchId, value: 'dev@example.com', email }, { kind, url, ...more }),
  );

async function message(kind: ChannelKind, more = {}): Promise<Record<string, unknown>> {
  expect(await add(kind, more)).toBeDefined();
  const [id] = await told('1');
  expect(await deliver(id)).toBe('sent');
  expect(await deliver(id)).toBe('not-due');
  expect(received).toHaveLength(1);
  return received[0]?.body ?? {};
}

it('writes Block Kit to Slack: a fallback text, and no name that is a link or calls anybody', async () => {
  const body = await message('slack');
  expect(body['text']).toMatch(/^Unexpected signature as dev@example.com/);
  const blocks = body['blocks'] as {
    type: string;
    text: { type: string; text: string; verbatim?: boolean };
  }[];
  expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section']);
  for (const { text } of blocks.slice(1)) expect(text).toMatchObject({ type: 'mrkdwn', verbatim: true });
  const words = blocks.map(({ text }) => text.text).join('\n');
  expect(words).not.toContain('<!channel>');
  expect(words).toContain('&lt;!channel&gt;');
  // Links are the two of ours.
  expect([...words.matchAll(/<(http[^|>]*)/g)].map(([, link]) => link)).toEqual([
    expect.stringMatching(/^https:\/\/watch\.example\/alerts\/[0-9a-f-]{36}$/),
    'https://watch.example/e/rekor2-0/1',
  ]);
});

it('writes one Adaptive Card to Teams, in text runs that know no Markdown', async () => {
  const body = await message('teams');
  const [attachment] = body['attachments'] as [{ contentType: string; content: Record<string, unknown> }];
  expect(body['type']).toBe('message');
  expect(attachment.contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(attachment.content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
  const lines = attachment.content['body'] as { type: string; inlines: { type: string; text: string }[] }[];
  expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
  expect(lines.flatMap(({ inlines }) => inlines).some(({ text }) => text === hostile)).toBe(true);
  expect(attachment.content['actions']).toHaveLength(2);
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(28_000);
});

it('writes one embed to Discord that calls nobody', async () => {
  const body = await message('discord');
  const [embed] = body['embeds'] as [{ title: string; description: string; fields: { value: string }[] }];
  expect(body['allowed_mentions']).toEqual({ parse: [] });
  expect(body['content']).toBeUndefined();
  expect(embed.fields.every(({ value }) => /^`[^`]+`$/.test(value))).toBe(true);
  expect(embed.title.length).toBeLessThanOrEqual(256);
  expect([...embed.description.matchAll(/\]\((\S+?)\)/g)]).toHaveLength(2);
  expect(embed.description).not.toMatch(/https:\/\/evil/);
});

it('triggers by the Events API, and an answer resolves what was triggered', async () => {
  const body = await message('pagerduty', { routingKey: 'R0UT1NGKEY' });
  expect(body).toMatchObject({
    routing_key: 'R0UT1NGKEY',
    event_action: 'trigger',
    payload: { severity: 'error', source: 'log.example', class: 'first-repository' },
  });
  const [alert] = await database.sql`SELECT id FROM alert_alert WHERE watch_id = ${watchId}`;
  const [channel] = await database.sql`SELECT id FROM account_channel WHERE watch_id = ${watchId}`;
  await database.sql`INSERT INTO account_answer (alert_id, answer) VALUES (${alert?.['id']}, 'mine')`;
  const id = randomUUID();
  await database.sql`
    INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id)
    VALUES (${id}, ${channel?.['id']}, ${alert?.['id']}, 'answer', 'msg_answer')`;
  expect(await deliver(id)).toBe('sent');
  expect(received[1]?.body).toMatchObject({ event_action: 'resolve', dedup_key: body['dedup_key'] });
});

it.each<[ChannelKind, number, string, string]>([
  ['slack', 404, 'gone', 'dropped'],
  ['discord', 404, 'gone', 'dropped'],
  ['teams', 400, 'failed', 'failed'],
  ['slack', 429, 'put-off', 'put-off'],
  ['teams', 202, 'sent', 'sent'],
  ['pagerduty', 403, 'gone', 'dropped'],
  ['webhook', 404, 'put-off', 'put-off'],
])('%s that answers %d is %s, the next one %s', async (kind, answer, outcome, next) => {
  await add(kind, kind === 'pagerduty' ? { routingKey: 'key' } : {});
  status = answer;
  expect(await deliver((await told('1'))[0])).toBe(outcome);
  expect(await deliver((await told('2'))[0])).toBe(next);
});

it('keeps addresses and keys sealed, shows them to their owner, and seals what was plain', async () => {
  await add('slack');
  const columns = async () => {
    const [row] =
      await database.sql`SELECT url, secret, private_key FROM account_channel WHERE watch_id = ${watchId}`;
    return Object.values(row ?? {}).map(String);
  };
  expect((await columns()).every((value) => value.startsWith('sealed:v1:'))).toBe(true);
  const [shown] = await readChannels(deps, { id: watchId });
  expect(shown?.url).toBe(url);
  await database.sql`UPDATE account_channel SET url = ${url}, secret = 'whsec_AAAA' WHERE watch_id = ${watchId}`;
  expect(await sealPlainChannels(deps)).toBe(1);
  expect(await sealPlainChannels(deps)).toBe(0);
  expect((await columns()).join()).not.toContain('secret-part');
  expect((await readChannels(deps, { id: watchId }))[0]).toMatchObject({ url, secret: 'whsec_AAAA' });
});
