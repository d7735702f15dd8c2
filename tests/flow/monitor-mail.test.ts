/** Mail is never lost, a repeat is recognisable, and whatever a stranger wrote stays text. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '#lib/server/logger.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';
import { openMailTransport, type MailTransport } from '#lib/server/mail/transport.ts';
import { deliver } from '#workers/alert/deliver.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { TestSmtp } from '#tests/harness/smtp.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
let database: TestDatabase;
let smtp: TestSmtp;
let log: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor | undefined;
let transport: MailTransport | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  smtp = await TestSmtp.create();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
});
afterEach(async () => {
  await monitor?.stop();
  transport?.close();
  monitor = transport = undefined;
  await Promise.all([log.stop(), trust.close(), smtp.stop()]);
});

const start = async () => (monitor = await runMonitor(database, { trustUrl: trust.url }, smtp.url));
const letter = {
  kind: 'login-code',
  subject: 'Your code',
  text: 'Your code is 482913\n',
  html: '<p>482913</p>',
} as const;

async function deliverOnce(id: string): Promise<string> {
  transport ??= openMailTransport({ smtpUrl: smtp.url, sql: database.sql });
  const logger = createLogger('workers', 'silent');
  const from = 'Sigwatch <sigwatch@watch.example>';
  return deliver({ sql: database.sql, transport, logger, from, webUrl: 'http://watch.example' }, id);
}

it('is delivered as soon as any process queues it, and what was in it is forgotten', async () => {
  await smtp.start();
  await start();
  const id = await queueMail(database.sql, { ...letter, to: 'dev@example.com' });
  await eventually(() => expect(smtp.received).toHaveLength(1));
  const [{ parsed, recipients } = { parsed: undefined, recipients: [] }] = smtp.received;
  expect(recipients).toEqual(['dev@example.com']);
  expect(parsed?.text).toContain('482913');
  expect(parsed?.messageId).toBe(`<${id}@sigwatch>`);
  expect(parsed?.headers.get('auto-submitted')).toBe('auto-generated');
  await eventually(async () => {
    const [row] = await database.sql`SELECT state, message::text AS message FROM mail_outbox`;
    expect(row).toEqual({ state: 'sent', message: '{}' });
  });
});

it('waits while the server is down, and goes out once when it is up', async () => {
  await start();
  const emails = ['dev1@example.com', 'dev2@example.com', 'dev3@example.com'];
  for (const email of emails) await confirmedWatch(database, email, 'a@example.com');
  log.append(...emails.map((email) => rekorLeaf(authority.certify({ email }))));
  await eventually(async () => {
    const rows = await database.sql`SELECT state, attempts, last_error FROM mail_outbox WHERE attempts > 0`;
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({ state: 'queued', last_error: expect.stringContaining('ECONNREFUSED') });
  });
  await smtp.start();
  await eventually(() => expect(smtp.received).toHaveLength(3));
  await eventually(async () => {
    expect(await database.sql`SELECT 1 FROM mail_outbox WHERE state = 'sent'`).toHaveLength(3);
  });
  expect(new Set(smtp.received.map(({ parsed }) => parsed.messageId)).size).toBe(3);
});

it('goes out again under the same Message-ID and date when the answer of the server was lost', async () => {
  await smtp.start();
  const id = await queueMail(database.sql, { ...letter, to: 'dev@example.com' });
  const seen: (string | undefined)[] = [];
  smtp.accept = ({ parsed }) => {
    seen.push(`${parsed.messageId} ${parsed.date?.toISOString()}`);
    if (seen.length === 1) throw new Error('the line went dead');
  };
  expect(await deliverOnce(id)).toBe('put-off');
  expect(await deliverOnce(id)).toBe('not-due');
  await database.sql`UPDATE mail_outbox SET next_at = now()`;
  expect(await deliverOnce(id)).toBe('sent');
  expect(await deliverOnce(id)).toBe('not-due');
  expect(seen[1]).toBe(seen[0]);
  expect(smtp.received).toHaveLength(1);
});

it('is sent by one of many workers', async () => {
  await smtp.start();
  const id = await queueMail(database.sql, { ...letter, to: 'dev@example.com' });
  const results = await Promise.all([deliverOnce(id), deliverOnce(id)]);
  expect(results.sort()).toEqual(['not-due', 'sent']);
  expect(smtp.received).toHaveLength(1);
});

it('shows once in the demo mailbox, however often it is delivered', async () => {
  const demo = openMailTransport({ smtpUrl: undefined, sql: database.sql });
  const id = randomUUID();
  const mail = {
    ...letter,
    from: 'a@b.c',
    to: 'd@e.f',
    messageId: `<${id}@sigwatch>`,
    date: new Date(),
    headers: { 'List-Id': 'x' },
  };
  await demo.send(mail);
  await demo.send(mail);
  const rows = await database.sql`SELECT recipient, subject, headers FROM mail_mailbox`;
  expect(rows).toEqual([
    {
      recipient: 'd@e.f',
      subject: 'Your code',
      headers: { 'list-id': 'x', 'message-id': `<${id}@sigwatch>` },
    },
  ]);
});

it('keeps a stranger’s text from becoming headers, recipients, links or markup', async () => {
  await smtp.start();
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  await start();
  const hostile = [
    'https://evil.example/\r\nBcc: victim@example.com',
    '\r\n.\r\nMAIL FROM:<x@y.z>',
    '=?utf-8?B?ZXZpbA==?= \u202Egpj.exe \u001B[2J \0 <img src=http://evil.example/x>',
    '[click](https://evil.example) evil.example/login javascript:alert(1)',
    '--boundary\r\nContent-Type: text/html',
  ];
  for (const issuer of hostile) {
    log.append(
      rekorLeaf(
        authority.certify({
          email: 'dev@example.com',
          claims: { issuer, sourceRepositoryUri: issuer, buildTrigger: issuer },
        }),
      ),
    );
  }
  await eventually(() => expect(smtp.received).toHaveLength(hostile.length));
  for (const { raw, recipients, parsed } of smtp.received) {
    expect(recipients).toEqual(['a@example.com']);
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    const names = [...parsed.headers.keys()].sort();
    expect(names).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'list',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc|victim/im);
    expect(parsed.to).toMatchObject({ value: [{ address: 'a@example.com' }] });
    expect(parsed.subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(parsed.attachments).toEqual([]);
    const links = [...String(parsed.html).matchAll(/(?:href|src)\s*=\s*"([^"]*)"/g)].map(
      ([, url]) => url ?? '',
    );
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((url) => !url.startsWith('http://watch.example/'))).toEqual([]);
    expect(String(parsed.html)).not.toMatch(/<img|<script/i);
    expect((parsed.text ?? '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});
