/** The monitor against the real authority and the real logs, known to it by trusted_root.json and HTTP alone. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig, FulcioSigner } from '@sigstore/sign';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { confirmedWatch, runMonitor, type RunningMonitor } from '#tests/harness/monitor.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { LogProcess } from './log-process.ts';

const email = 'ada@example.com';
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-monitor-'));
let issuer: TestIssuer;
let database: TestDatabase;
let log: LogProcess;
let ca: TestCa;
let monitor: RunningMonitor;

beforeAll(async () => {
  [issuer, database] = [await startTestIssuer(), await freshDatabase()];
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  const [caPort = 0] = await freePorts(1);
  log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
  await confirmedWatch(database, email, 'owner@example.com');
  monitor = await runMonitor(database, { trustUrl: ca.url, pollMs: 250, unusedAfterMs: 2_000 });
});
afterAll(async () => {
  await monitor.stop();
  await ca.close();
  await log.remove();
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

const identityProvider = { getToken: () => issuer.token({ email, email_verified: true }) };
const mails = () => database.sql<{ subject: string; text: string }[]>`SELECT subject, text FROM mail_mailbox`;

async function sign(data: Buffer): Promise<string> {
  const answer = await fetch(`${ca.url}/signing_config.v0.2.json`);
  const signingConfig = protobuf.SigningConfig.fromJSON(await answer.json());
  const builder = bundleBuilderFromSigningConfig({
    signingConfig,
    identityProvider,
    bundleType: 'messageSignature',
  });
  const bundle = await builder.create({ data });
  return String(bundle.verificationMaterial.tlogEntries[0]?.logIndex);
}

it('tells the owner, and knows the certificate in both logs for one', async () => {
  await eventually(async () => {
    const logs = await database.sql`SELECT kind FROM monitor_log WHERE state = 'following' ORDER BY kind`;
    expect(logs.map(({ kind }) => kind)).toEqual(['ct', 'rekor-v1', 'rekor-v2']);
  });
  const data = randomBytes(32);
  const index = await sign(data);
  const [mail] = await eventually(async () => {
    const found = await mails();
    expect(found).toHaveLength(1);
    return found;
  }, 5_000);
  expect(mail?.subject).toBe(`Unexpected signature as ${email}: first signature in this name`);
  for (const part of [email, issuer.url, createHash('sha256').update(data).digest('hex'), `/${index}`]) {
    expect(mail?.text).toContain(part);
  }
  await eventually(async () => {
    const entries = await database.sql`
      SELECT kind, trust, issuer, count(*) OVER (PARTITION BY certificate_key)::int AS together FROM monitor_entry ORDER BY kind`;
    expect(entries).toEqual([
      { kind: 'hashedrekord', trust: 'trusted', issuer: issuer.url, together: 2 },
      { kind: 'precertificate', trust: 'trusted', issuer: issuer.url, together: 2 },
    ]);
  });
});

it('tells the owner of a certificate that nobody used, once, and of no other', async () => {
  await new FulcioSigner({ fulcioBaseURL: ca.url, identityProvider }).sign(Buffer.from('kept to oneself'));
  await eventually(async () => expect(await mails()).toHaveLength(2), 15_000);
  const alerts =
    await database.sql`SELECT verdict, reasons, facts FROM alert_alert WHERE facts->>'event' = 'issuance'`;
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({
    verdict: 'notable',
    reasons: [{ rule: 'certificate-not-used' }],
    facts: { trust: 'trusted' },
  });
  expect((await mails()).some(({ subject }) => subject.startsWith(`Certificate issued for ${email}`))).toBe(
    true,
  );
});

it('is not confused by the log being killed: what was acknowledged is found, the log is believed again', async () => {
  await sign(randomBytes(32));
  await log.end('SIGKILL');
  await eventually(async () => {
    expect(await database.sql`SELECT 1 FROM monitor_log WHERE state = 'unreachable'`).toHaveLength(3);
  });
  await log.start();
  const data = randomBytes(32);
  await sign(data);
  const digest = createHash('sha256').update(data).digest('hex');
  // A log that was away is asked again after a pause, and the third signature of a name is held for its burst.
  await eventually(
    async () => expect((await mails()).filter(({ text }) => text.includes(digest))).toHaveLength(1),
    40_000,
  );
  expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([]);
});
