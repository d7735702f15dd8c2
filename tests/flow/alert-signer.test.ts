/** Whatever of a signature is watched, its alert names who signed, and says what was watched. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCertificate } from '#lib/x509/certificate.ts';
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
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
const issuer = 'https://accounts.example.com';
const jane = 'jane@example.com';
const certificate = authority.certify({ email: jane, claims: { issuer } });
const { spki } = readCertificate(certificate);
const file = sha256(randomBytes(8));

let database: TestDatabase;
let smtp: TestSmtp;
let log: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor;

beforeAll(async () => {
  database = await freshDatabase();
  smtp = await TestSmtp.create();
  await smtp.start();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
});
afterAll(async () => {
  await monitor.stop();
  await Promise.all([log.stop(), trust.close(), smtp.stop()]);
});

const watches = [
  ['digest', `sha256:${toHex(file)}`, 'a file you watch'],
  ['key', toHex(sha256(spki)), 'with a key you watch'],
  ['certificate', toHex(sha256(certificate)), 'with a certificate you watch'],
  ['issuer-subject', `${issuer} ${jane}`, 'first signature in this name'],
  ['domain', 'example.com', 'first signature in this name'],
] as const;

const mailTo = (mailbox: string) =>
  smtp.received.find(({ recipients }) => recipients.includes(mailbox))?.parsed;

it('is one mail for each watch of one signature', async () => {
  for (const [kind, value] of watches) await confirmedWatch(database, value, `${kind}@example.net`, kind);
  await database.sql`UPDATE account_watch SET proven_at = now() WHERE kind = 'domain'`;
  monitor = await runMonitor(database, { trustUrl: trust.url }, smtp.url);
  log.append(rekorLeaf(certificate, file));
  await eventually(() => expect(smtp.received).toHaveLength(watches.length));
});

it.each(watches)('by %s names the signer and what was watched', (kind, value, detail) => {
  const mail = mailTo(`${kind}@example.net`);
  expect(mail?.subject).toBe(`Unexpected signature as ${jane}: ${detail}`);
  expect(mail?.text).toContain(`somebody who logged in as ${jane} signed a file`);
  expect(mail?.text).not.toContain('logged in as sha256:');
  expect(mail?.text?.replaceAll(/\s+/g, ' ')).toContain(`since ${value} is watched`);
  expect(mail?.text).not.toContain('signed before, in another name');
});
