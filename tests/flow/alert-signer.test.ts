/** Whatever of a signature is watched, its alert names who signed, and says what was watched. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewWatch } from '#app/watches/preview.ts';
import { watchTarget } from '#lib/identity/watch-target.ts';
import { namedSql } from '#lib/server/named-sql.ts';
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

it('finds a build by the subject of its token, live and in the preview, and by nothing that is not its own', async () => {
  const github = 'https://token.actions.githubusercontent.com';
  const home = 'https://github.com/Five/Lib';
  const uri = `${home}/.github/workflows/release.yml@refs/tags/v1`;
  const built = (tokenSubject: string, by = github) =>
    rekorLeaf(
      authority.certify({
        uri,
        claims: {
          issuer: by,
          tokenSubject,
          sourceRepositoryUri: home,
          buildConfigUri: uri,
          buildTrigger: 'push',
        },
      }),
    );
  const target = watchTarget('issuer-subject', `${github} repo:Five/Lib:ref:refs/tags/v1`);
  const workflow = watchTarget('workflow', `${home}/.github/workflows/release.yml@refs/tags/v*`);
  const branches = watchTarget('workflow', `${home}/.github/workflows/release.yml@refs/heads/*`);
  if (target === undefined || workflow === undefined || branches === undefined)
    throw new Error('not watchable');
  await confirmedWatch(database, target.value, 'token@example.net', 'issuer-subject');
  await confirmedWatch(database, workflow.value, 'tags@example.net', 'workflow');
  await confirmedWatch(database, branches.value, 'branches@example.net', 'workflow');
  log.append(built('repo:Five/Lib:ref:refs/tags/v2'));
  log.append(built('repo:Five/Lib:ref:refs/tags/v1', 'https://issuer.evil.example'));
  log.append(built('repo:Five/Lib:ref:refs/tags/v1'));
  // The third within minutes waits a little to be told: it may be a burst.
  const mail = await eventually(() => {
    const found = mailTo('token@example.net');
    expect(found).toBeDefined();
    return found;
  }, 30_000);
  expect(mail?.text?.replaceAll(/\s+/g, ' ')).toContain(
    'a run of workflow release.yml in repository github.com/Five/Lib signed a file',
  );
  const alerts = await database.sql<{ value: string; entry_index: bigint }[]>`
    SELECT watch.value, alert.entry_index FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    WHERE watch.email IN ('token@example.net', 'tags@example.net', 'branches@example.net') ORDER BY 1, 2`;
  const at = log.leaves.length - 1;
  expect(alerts.map(({ value, entry_index: index }) => [value, Number(index)])).toEqual([
    ...[at - 2, at - 1, at].map((index) => [workflow.value, index]),
    [target.value, at],
  ]);
  const { sql } = database;
  const shown = await previewWatch({ sql, statement: namedSql }, target);
  expect([shown.entries, shown.latest[0]?.index, shown.isPartial]).toEqual([1, at, false]);
  const elsewhere = watchTarget(
    'issuer-subject',
    target.value.replace(github, 'https://issuer.evil.example'),
  );
  const ofOther = elsewhere && (await previewWatch({ sql, statement: namedSql }, elsewhere));
  expect([ofOther?.entries, ofOther?.latest[0]?.index, ofOther?.isPartial]).toEqual([1, at - 1, true]);
  expect((await previewWatch({ sql, statement: namedSql }, workflow)).entries).toBe(3);
  expect((await previewWatch({ sql, statement: namedSql }, branches)).entries).toBe(0);
});
