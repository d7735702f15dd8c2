/** Mail in the hands of a real SMTP server: signed so that a stranger verifies it, and coming back to where it is noticed. */
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '#lib/server/logger.ts';
import { openMailTransport } from '#lib/server/mail/transport.ts';
import { returnPathOf } from '#workers/alert/bounces.ts';
import { deliver } from '#workers/alert/deliver.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { listenForBounces } from '#workers/bounce/listen.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { neverBefore, signatureFacts } from '#tests/harness/signature-facts.ts';
import { TestSmtp } from '#tests/harness/smtp.ts';

const email = 'jane@example.com';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const returnPath = returnPathOf(testSealing, 'bounces@mail.example.com');
const logger = createLogger('workers', 'silent');
let database: TestDatabase;
let smtp: TestSmtp;
let bounces: { port: number; close(): Promise<void> };

beforeAll(async () => {
  database = await freshDatabase();
  smtp = await TestSmtp.create();
  await smtp.start();
  bounces = await listenForBounces(
    { sql: database.sql, sealing: testSealing, logger, webUrl: 'http://127.0.0.1:9' },
    0,
  );
});
afterAll(async () => Promise.all([smtp.stop(), bounces.close()]));

async function alertMail(index: string): Promise<string> {
  const watchId = await confirmedWatch(database, `dev${index}@example.com`, email);
  const facts = signatureFacts({ index, ...neverBefore });
  await database.sql.begin((transaction) => insertAlertsWithMail(transaction, [{ watchId, email, facts }]));
  const [row] = await database.sql<
    { id: string }[]
  >`SELECT mail_id AS id FROM alert_alert WHERE entry_index = ${index}`;
  return row?.id ?? '';
}

async function send(outboxId: string): Promise<string> {
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const dkim = { domain: 'watch.example', selector: 's1', privateKey: pem };
  const transport = openMailTransport({ smtpUrl: smtp.url, sql: database.sql, dkim });
  const deps = {
    sql: database.sql,
    transport,
    logger,
    from: 'Sigwatch <a@watch.example>',
    webUrl: 'https://watch.example',
  };
  const outcome = await deliver({ ...deps, returnPath }, outboxId);
  transport.close();
  return outcome;
}

it('leaves signed: body, unsubscribe and its one click are covered (RFC 6376, RFC 8058)', async () => {
  expect(await send(await alertMail('1'))).toBe('sent');
  const raw = smtp.received.at(-1)?.raw ?? '';
  expect(dkimOutcome(raw)).toBe('valid');
  expect(signedNames(raw)).toEqual(
    expect.arrayContaining(['from', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id']),
  );
  expect(dkimOutcome(raw.replace('One-Click', 'Two-Click'))).toBe('header');
  expect(dkimOutcome(raw.replace(/(\r\n\r\n[\s\S]*)unsub|(\r\n\r\n[\s\S]*)Content/i, '$1$2changed'))).toBe(
    'body',
  );
});

it('comes back to its own address, and nothing more goes there', async () => {
  const id = await alertMail('2');
  await send(id);
  const [mail] = smtp.received.slice(-1);
  expect(mail?.recipients).toEqual([email]);
  expect(mail?.sender).toBe(returnPath(id));
  await report(returnPath(id), '5.1.1');
  const [row] = await database.sql`SELECT bounces FROM mail_bounce WHERE address = ${email}`;
  expect(row?.['bounces']).toBe(1);
  expect(await send(await alertMail('3'))).toBe('given-up');
  await expect(report('bounces@mail.example.com', '5.1.1')).rejects.toThrow('550');
  await expect(report('postmaster@mail.example.com', '5.1.1')).rejects.toThrow('550');
});

/** As a mail server reports it (RFC 3464): no sender, one part that a program reads. */
async function report(to: string, status: string): Promise<void> {
  const server = createTransport({ host: '127.0.0.1', port: bounces.port, secure: false, ignoreTLS: true });
  const raw = `Subject: Undelivered\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: ${status}\r\n`;
  await server.sendMail({ envelope: { from: '', to: [to] }, raw });
  server.close();
}

function signedNames(raw: string): string[] {
  return (tagsOf(raw)['h'] ?? '')
    .toLowerCase()
    .split(':')
    .map((name) => name.trim());
}

function headersOf(raw: string): string[] {
  return raw.slice(0, raw.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/);
}

function tagsOf(raw: string): Record<string, string> {
  const header = headersOf(raw).find((line) => /^dkim-signature:/i.test(line)) ?? '';
  const parts = header
    .slice(header.indexOf(':') + 1)
    .split(';')
    .map((part) => part.trim());
  return Object.fromEntries(
    parts
      .filter(Boolean)
      .map((part) => [
        part.slice(0, part.indexOf('=')),
        part.slice(part.indexOf('=') + 1).replace(/\s+/g, ''),
      ]),
  );
}

const relaxedHeader = (line: string) => {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${line.slice(0, colon).trim().toLowerCase()}:${value}`;
};
const relaxedBody = (body: string) => {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
};

/** RFC 6376 §3.4.2, §3.4.4, §3.7: relaxed/relaxed, RSA over SHA-256. */
function dkimOutcome(raw: string): 'valid' | 'body' | 'header' {
  const tags = tagsOf(raw);
  expect(tags).toMatchObject({ c: 'relaxed/relaxed', a: 'rsa-sha256', d: 'watch.example', s: 's1' });
  const body = relaxedBody(raw.slice(raw.indexOf('\r\n\r\n') + 4));
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags['bh']) return 'body';
  const headers = headersOf(raw);
  const left = headers.toReversed();
  const signed = signedNames(raw).flatMap((name) => {
    const at = left.findIndex((line) => line.toLowerCase().startsWith(`${name}:`));
    return at === -1 ? [] : left.splice(at, 1).map((line) => `${relaxedHeader(line)}\r\n`);
  });
  const own = headers.find((line) => /^dkim-signature:/i.test(line)) ?? '';
  const unsigned = relaxedHeader(own.replace(/(\bb=)[^;]*$/s, '$1'));
  const key = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }));
  const text = Buffer.from(signed.join('') + unsigned, 'latin1');
  return verify('sha256', text, key, Buffer.from(tags['b'] ?? '', 'base64')) ? 'valid' : 'header';
}
