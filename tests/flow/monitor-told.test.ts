/** A log that breaks its word is told of to everyone it concerns, on every way there is, within a poll; once. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { evidenceCommand } from '#lib/cli/evidence-command.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { newWebhookKey, newWebhookSecret } from '#lib/server/webhook-signature.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const leaf = () => rekorLeaf(authority.certify({ email: 'dev@example.com', claims: { issuer: 'i' } }));
const kinds: Readonly<Record<string, (log: HostileLog) => void>> = {
  fork: (log) => log.fork(1, leaf()),
  rollback: (log) => (log.misbehaviour = { kind: 'rewind', size: 2 }),
  'wrong-bytes': (log) => {
    log.misbehaviour = { kind: 'change-bytes', from: 4 };
    log.append(leaf(), leaf());
  },
  'key-change': (log) => log.changeKey(),
  'bad-signature': (log) => (log.misbehaviour = { kind: 'bad-signature' }),
};
const logs = await Promise.all(Object.keys(kinds).map(() => HostileLog.start()));
const honest = await HostileLog.start();
const told: { type: string; data: { log: string } }[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    told.push(JSON.parse(body));
    response.end();
  });
});
await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
const database = await freshDatabase();
const trust = await serveTrust(trustRoot([...logs, honest], [authority]));
const monitor = await runMonitor(database, {
  trustUrl: trust.url,
  operators: ['ops@example.com'],
  webhookLoopback: true,
});

afterAll(async () => {
  await monitor.stop();
  await Promise.all([...logs, honest].map((log) => log.stop()));
  await trust.close();
  receiver.closeAllConnections();
  receiver.close();
});

const mails = async (to: string) =>
  (await database.sql`SELECT subject FROM mail_mailbox WHERE recipient = ${to}`).map(
    ({ subject }) => subject,
  );

it('by mail, webhook and feed, and the operator as well, whatever it did; of an honest one nobody hears', async () => {
  // Whoever watches anything relies on what the logs say, seen in them or not.
  const watchId = await confirmedWatch(database, 'somebody@example.com', 'a@example.com');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await database.sql`
    INSERT INTO account_channel (id, watch_id, url, secret, private_key)
    VALUES (${randomUUID()}, ${watchId}, ${url}, ${newWebhookSecret()}, ${newWebhookKey()})`;
  for (const log of [...logs, honest]) log.append(leaf(), leaf(), leaf(), leaf());
  await eventually(async () => {
    const verified = await database.sql`SELECT 1 FROM monitor_log WHERE verified_size = 4`;
    expect(verified).toHaveLength(logs.length + 1);
  }, 20_000);
  for (const [at, misbehave] of Object.values(kinds).entries()) misbehave(logs[at] ?? honest);
  await eventually(async () => {
    const opened = await database.sql`SELECT kind FROM monitor_incident ORDER BY kind`;
    expect(opened.map(({ kind }) => kind)).toEqual(Object.keys(kinds).toSorted());
    expect((await mails('a@example.com')).length).toBe(logs.length);
    expect((await mails('ops@example.com')).length).toBe(logs.length);
    expect(told.length).toBe(logs.length);
  }, 20_000);
  const subjects = ['another key', 'contradicts itself', 'did not sign', 'does not verify', 'went back'];
  const mailed = (await mails('a@example.com')).map(String);
  for (const words of subjects) expect(mailed.filter((subject) => subject.includes(words))).toHaveLength(1);
  expect(await mails('ops@example.com')).toEqual(logs.map(() => expect.stringContaining('[security]')));
  expect(told.map(({ type }) => type)).toEqual(logs.map(() => 'log.incident'));
  expect(new Set(told.map(({ data }) => data.log)).size).toBe(logs.length);
  const feed = await database.sql.unsafe(namedSql('alert-feed-news'), ['50']);
  expect(feed.map(({ type }) => type)).toEqual(logs.map(() => 'log.incident'));
  expect(feed.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(kinds).toSorted());
  const letters = await mails('ops@example.com');
  for (const words of subjects) expect(letters.filter((one) => String(one).includes(words))).toHaveLength(1);
  const states =
    await database.sql`SELECT state, count(*)::int AS logs FROM monitor_log GROUP BY 1 ORDER BY 1`;
  expect([...states]).toEqual([
    { state: 'following', logs: 1 },
    { state: 'misbehaving', logs: logs.length },
  ]);
});

it('keeps of each a file that says offline what it proves, and what it does not', async () => {
  const rows = await database.sql<{ kind: string; evidence: string }[]>`
    SELECT kind, evidence FROM monitor_incident ORDER BY kind`;
  const said = await Promise.all(rows.map(async ({ kind, evidence }) => [kind, await checkText(evidence)]));
  expect(Object.fromEntries(said)).toEqual({
    fork: [0, expect.stringContaining('proved: it signed two different trees of 4 entries')],
    rollback: [1, expect.stringContaining('nothing here shows')],
    'wrong-bytes': [0, expect.stringContaining('not in the tree of 6 entries')],
    'key-change': [
      0,
      expect.stringMatching(
        /^proved: its key signed a tree of 4 entries, and .* no signature of it, but of 127\.0\.0\.1:\d+ \(key [0-9a-f]{8}\)\nnot proved: That the key was not changed on purpose/,
      ),
    ],
    'bad-signature': [
      0,
      expect.stringMatching(
        /^proved: its key signed a tree of 4 entries, and .* verifies\nnot proved: That the log served it/,
      ),
    ],
  });
});

async function checkText(document: string): Promise<[number, string]> {
  const file = join(mkdtempSync(join(tmpdir(), 'sigwatch-told-')), 'incident.json');
  writeFileSync(file, document);
  let said = '';
  const code = await evidenceCommand(file, {}, (text) => (said += text));
  rmSync(dirname(file), { recursive: true });
  return [code, said];
}
