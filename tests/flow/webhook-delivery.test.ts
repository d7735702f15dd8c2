/** A webhook gets each event once under one id, signed so that any receiver can tell, for as long as it wants to. */
import { createHmac, createPublicKey, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replayDelivery } from '#app/watch/settings/channel-acts.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { createLogger } from '#lib/server/logger.ts';
import { newWebhookKey, newWebhookSecret, webhookPublicKey } from '#lib/server/webhook-signature.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { deliverToChannel, deliveryWaitMs } from '#workers/alert/deliveries.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { neverBefore, signatureFacts } from '#tests/harness/signature-facts.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let database: TestDatabase;
let server: Server;
let received: Received[];
let status: number;
let watchId: string;
const privateKey = newWebhookKey();
const secret = newWebhookSecret();

beforeEach(async () => {
  database = await freshDatabase();
  [received, status] = [[], 200];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, status === 503 ? { 'retry-after': '7200' } : {}).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  watchId = await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  await channel();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

async function channel(
  change: { previousSecret?: string; previousUntil?: Date; url?: string } = {},
): Promise<void> {
  const url = change.url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await database.sql`DELETE FROM account_channel`;
  await database.sql`
    INSERT INTO account_channel (id, watch_id, url, secret, previous_secret, previous_until, private_key)
    VALUES (${randomUUID()}, ${watchId}, ${url}, ${secret}, ${change.previousSecret ?? null}, ${change.previousUntil ?? null}, ${privateKey})`;
}

async function alert(index: string): Promise<string> {
  const facts = signatureFacts({ index, issuer: `https://accounts${index}.example.com`, ...neverBefore });
  await database.sql.begin((transaction) =>
    insertAlertsWithMail(transaction, [{ watchId, email: 'a@example.com', facts }]),
  );
  const [row] = await database.sql<
    { id: string }[]
  >`SELECT id FROM alert_delivery ORDER BY created_at DESC LIMIT 1`;
  return row?.id ?? '';
}

const deliverOnce = (id: string, allowLoopback = true) =>
  deliverToChannel(
    {
      sql: database.sql,
      logger: createLogger('workers', 'silent'),
      webUrl: 'http://watch.example',
      sealing: testSealing,
      outbound: { allowLoopback, timeoutMs: 2_000 },
    },
    id,
  );
async function notices(): Promise<string[]> {
  const rows = await database.sql<{ recipient: string; subject: string }[]>`
    SELECT recipient, message->>'subject' AS subject FROM mail_outbox WHERE kind = 'notice'`;
  expect(new Set(rows.map(({ recipient }) => recipient))).toEqual(new Set(['a@example.com']));
  return rows.map(({ subject }) => subject);
}
const signatures = ({ headers }: Received) => String(headers['webhook-signature']).split(' ');
const v1 = ({ headers, body }: Received, key: string) =>
  `v1,${createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
    .digest('base64')}`;

it('is signed in both ways over id, time and body, and told once', async () => {
  const id = await alert('1');
  expect(await deliverOnce(id)).toBe('sent');
  expect(await deliverOnce(id)).toBe('not-due');
  const [message] = received as [Received];
  expect(JSON.parse(message.body)).toMatchObject({
    type: 'signing.unexpected',
    data: { facts: { identity: 'dev@example.com', index: '1' }, event: { count: 1 } },
  });
  expect(message.body).not.toContain('token');
  expect(signatures(message)[0]).toBe(v1(message, secret));
  const raw = Buffer.from(webhookPublicKey(privateKey).slice(5), 'base64');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  const signed = `${String(message.headers['webhook-id'])}.${String(message.headers['webhook-timestamp'])}.${message.body}`;
  const v1a = Buffer.from(signatures(message)[1]?.slice(4) ?? '', 'base64');
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  expect(verify(null, Buffer.from(signed), key, v1a)).toBe(true);
  expect(verify(null, Buffer.from(`${signed} `), key, v1a)).toBe(false);
});

it('repeats under the same id after a failure, no sooner than the receiver asks', async () => {
  const id = await alert('1');
  status = 503;
  expect(await deliverOnce(id)).toBe('put-off');
  const [row] =
    await database.sql`SELECT next_at > now() + interval '119 minutes' AS late, last_status FROM alert_delivery`;
  expect(row).toEqual({ late: true, last_status: 503 });
  await database.sql`UPDATE alert_delivery SET next_at = now()`;
  status = 200;
  expect(await deliverOnce(id)).toBe('sent');
  expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
});

it('counts a redirect as a failure', async () => {
  status = 307;
  expect(await deliverOnce(await alert('1'))).toBe('put-off');
});

it('is switched off by 410, until its owner switches it on', async () => {
  const [first, second] = [await alert('1'), await alert('2')];
  status = 410;
  expect(await deliverOnce(first)).toBe('gone');
  expect(await deliverOnce(second)).toBe('dropped');
  expect(received).toHaveLength(1);
  expect(await notices()).toEqual(['The webhook of a watch was switched off: dev@example.com']);
  await database.sql`UPDATE account_channel SET enabled_at = clock_timestamp()`;
  status = 200;
  await database.sql`UPDATE alert_delivery SET state = 'queued' WHERE id = ${second}`;
  expect(await deliverOnce(second)).toBe('sent');
});

it('that gives up after its last attempt tells the owner by mail, once', async () => {
  status = 500;
  for (const id of [await alert('1'), await alert('2')]) {
    await database.sql`UPDATE alert_delivery SET attempts = 8 WHERE id = ${id}`;
    expect(await deliverOnce(id)).toBe('put-off');
    expect(await deliverOnce(id)).toBe('not-due');
    await database.sql`UPDATE alert_delivery SET attempts = 9, next_at = now() WHERE id = ${id}`;
    expect(await deliverOnce(id)).toBe('failed');
  }
  expect(await notices()).toEqual(['The webhook of a watch does not answer: dev@example.com']);
});

it('of a team tells everybody who could set it right, and gives the power to stop to the address alone', async () => {
  const [teamId, own] = [randomUUID(), 'a@example.com'];
  await database.sql`INSERT INTO account_team (id, name) VALUES (${teamId}, 'Acme')`;
  for (const [address, role] of [
    [own, 'owner'],
    ['second@example.com', 'owner'],
    ['duty@example.com', 'responder'],
    ['reader@example.com', 'viewer'],
  ] as const) {
    const id = randomUUID();
    await database.sql`INSERT INTO account_user (id) VALUES (${id})`;
    await database.sql`INSERT INTO account_email (address, user_id) VALUES (${address}, ${id})`;
    await database.sql`INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${id}, ${role})`;
  }
  await database.sql`UPDATE account_watch SET team_id = ${teamId} WHERE id = ${watchId}`;
  const [first, second] = [await alert('1'), await alert('2')];
  status = 410;
  await deliverOnce(first);
  await deliverOnce(second);
  const told = await database.sql<{ recipient: string; text: string }[]>`
    SELECT recipient, message->>'text' AS text FROM mail_outbox WHERE kind = 'notice' ORDER BY recipient`;
  expect(told.map(({ recipient }) => recipient)).toEqual([own, 'duty@example.com', 'second@example.com']);
  expect(told.map(({ text }) => text.includes(`stop-${watchId}`))).toEqual([true, false, false]);
});

it('says once more what it said before, whatever that was, under the same id', async () => {
  const id = await alert('1');
  await deliverOnce(id);
  const [row] = await database.sql<{ channel_id: string; alert_id: string }[]>`
    SELECT channel_id, alert_id FROM alert_delivery`;
  const { channel_id: channelId = '', alert_id: alertId = '' } = row ?? {};
  const news = {
    type: 'service.trouble',
    key: 'k',
    log: 'l',
    title: 't',
    text: 'x',
    since: new Date().toISOString(),
    url: 'http://watch.example/logs',
  };
  for (const [kind, about, told] of [
    ['answer', alertId, null],
    ['news', null, news],
    ['test', null, null],
  ] as const)
    await database.sql`
      INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, news, created_at)
      VALUES (${randomUUID()}, ${channelId}, ${about}, ${kind}, ${`msg_${kind}`}, ${told && database.sql.json(told)},
        now() - interval '1 day')`;
  const deliverAll = async () => {
    for (const due of await database.sql<{ id: string }[]>`
      SELECT id FROM alert_delivery WHERE state = 'queued' ORDER BY created_at, webhook_id`)
      expect(await deliverOnce(due.id)).toBe('sent');
  };
  await deliverAll();
  const replayAll = (kind: string) =>
    database.sql.begin(async (transaction) => {
      for (const sent of await transaction<{ id: string }[]>`
        SELECT id FROM alert_delivery WHERE kind ${kind === 'replay' ? transaction`=` : transaction`<>`} 'replay'`)
        expect(await replayDelivery(transaction, { statement: namedSql }, { id: watchId }, sent.id)).toBe(
          'queued',
        );
    });
  await replayAll('first');
  await database.sql`DELETE FROM account_limit`;
  await deliverAll();
  await replayAll('replay');
  await deliverAll();
  const idOf = ({ headers }: Received) => String(headers['webhook-id']);
  const ids = [...new Set(received.map(idOf))];
  expect(ids).toHaveLength(4);
  const bodies = ids.map((sent) => received.filter((one) => idOf(one) === sent).map(({ body }) => body));
  for (const repeats of bodies) expect(repeats).toEqual(Array(3).fill(repeats[0]));
  const types = bodies.map(([body = '']) => (JSON.parse(body) as { type: string }).type);
  expect(types.sort()).toEqual(['service.trouble', 'signing.reopened', 'signing.unexpected', 'test']);
});

it('is taken by a stock receiver with either secret while one replaces the other, and with one after that', async () => {
  const old = newWebhookSecret();
  const takes = (key: string, { headers, body }: Received) =>
    new Webhook(key).verify(body, headers as Record<string, string>);
  await channel({ previousSecret: old, previousUntil: new Date(Date.now() + 60_000) });
  await deliverOnce(await alert('1'));
  await channel({ previousSecret: old, previousUntil: new Date(Date.now() - 1) });
  await deliverOnce(await alert('2'));
  const [during, after] = received as [Received, Received];
  for (const key of [old, secret]) expect(takes(key, during)).toHaveProperty('type', 'signing.unexpected');
  expect(takes(secret, after)).toHaveProperty('type', 'signing.unexpected');
  expect(() => takes(old, after)).toThrow('No matching signature');
  expect(() => takes(secret, { ...after, body: after.body.replace('1', '2') })).toThrow();
});

it('does not reach this machine unless that was set', async () => {
  expect(await deliverOnce(await alert('1'), false)).toBe('put-off');
  expect(received).toEqual([]);
});

it('is tried ten times in three days, each time after the wait of the table or what the receiver asked, then given up', async () => {
  const minutes = [5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440];
  const id = await alert('1');
  status = 500;
  for (const wait of minutes) {
    expect(await deliverOnce(id)).toBe('put-off');
    const [row] = await database.sql<{ minutes: number }[]>`
      SELECT extract(epoch FROM next_at - now())::float8 / 60 AS minutes FROM alert_delivery`;
    expect(row?.minutes).toBeGreaterThan(wait - 0.05);
    expect(row?.minutes).toBeLessThan(wait * 1.2 + 0.05);
    await database.sql`UPDATE alert_delivery SET next_at = now()`;
  }
  expect(await deliverOnce(id)).toBe('failed');
  expect(received).toHaveLength(10);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const last = await database.sql`SELECT state, attempts, last_status FROM alert_delivery`;
  expect([...last]).toEqual([{ state: 'failed', attempts: 10, last_status: 500 }]);
  expect(deliveryWaitMs(1, 0, '999999')).toBe(86_400_000);
});
