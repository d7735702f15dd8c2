/**
 * From a signature to the mail about it: the log acknowledges an entry, the monitor fetches, proves, matches, decides and
 * delivers, an SMTP server accepts the message. The log and the workers are their own processes, as they are in service;
 * signatures are offered at a steady pace, each watched by somebody else. `--signatures N`, `--perSecond N`.
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID, sign } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toBase64 } from '#lib/encoding/base64.ts';
import { newKey } from '#tests/harness/certificate-writing.ts';
import { serveTrust } from '#tests/harness/monitor.ts';
import { TestSmtp } from '#tests/harness/smtp.ts';
import { LogProcess } from '#tests/flow/log-process.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { BenchAuthority } from './follow/authority.ts';
import { BenchPlace, hardware, loadAverage } from './parts/place.ts';

const { values: given } = parseArgs({
  options: { signatures: { type: 'string', default: '300' }, perSecond: { type: 'string', default: '10' } },
});
const signatures = Number(given.signatures);
const everyMs = 1000 / Number(given.perSecond);
const project = fileURLToPath(new URL('..', import.meta.url));
const issuer = 'https://accounts.example.com';

const place = await BenchPlace.open('alert');
const authority = new BenchAuthority();
const smtp = await TestSmtp.create();
await smtp.start();
const log = await LogProcess.create(place.postgres.url);
await log.start();
const { logId, spki } = await log.identity('rekor-v2');
const trust = await serveTrust({
  mediaType: trustedRootMediaType,
  tlogs: [
    {
      baseUrl: log.url,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: toBase64(spki),
        keyDetails: 'PKIX_ED25519',
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
      logId: { keyId: logId },
    },
  ],
  certificateAuthorities: [authority.listing()],
});

async function watchEach(): Promise<void> {
  for (let at = 0; at < signatures; at++) {
    const value = `dev${at}@example.com`;
    const reader = `reader${at}@example.org`;
    await place.sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at)
      VALUES (${randomUUID()}, 'email', ${value}, ${value}, ${reader}, ${reader}, 'confirmed', ${Buffer.from(reader)}, ${reader}, now(), now())`;
  }
}

function startWorkers() {
  const env = {
    NODE_ENV: 'production' as const,
    PATH: process.env['PATH'] ?? '',
    DATA_DIR: place.folder,
    DATABASE_URL: place.postgres.url,
    CA_URL: trust.url,
    LOG_URL: log.url,
    SMTP_URL: smtp.url,
    LOG_LEVEL: 'silent',
  };
  return spawn(process.execPath, ['--import', 'tsx', join(project, 'workers/main.ts')], {
    cwd: project,
    env,
    stdio: 'ignore',
  });
}

/** When the log said that the entry is in it. */
async function signAs(email: string): Promise<number> {
  const key = newKey('P-256');
  const artifact = Buffer.from(randomUUID());
  const certificate = authority.certify({ email, claims: { issuer, issuerV1: issuer } }, key, new Date());
  const verifier = {
    x509Certificate: { rawBytes: toBase64(certificate) },
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  };
  const content = sign('sha256', artifact, key.secret).toString('base64');
  const digest = createHash('sha256').update(artifact).digest('base64');
  const answer = await fetch(`${log.url}/api/v2/log/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hashedRekordRequestV002: { digest, signature: { content, verifier } } }),
  });
  if (answer.status !== 201) throw new Error(`the log answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
  return performance.now();
}

async function until(
  what: string,
  reached: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await reached())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(20);
  }
}

const acceptedAt = new Map<string, number>();
smtp.accept = ({ recipients: [recipient = ''] }) => void acceptedAt.set(recipient, performance.now());
await watchEach();
const workers = startWorkers();
try {
  await until('the monitor', async () => {
    const rows = await place.sql`SELECT 1 FROM monitor_log WHERE state = 'following'`;
    return rows.length === 1;
  });
  // The first mail pays for what is loaded once.
  await signAs('dev0@example.com');
  await until('the first mail', () => acceptedAt.has('reader0@example.org'));
  const before = loadAverage();
  const signed = new Map<string, number>();
  const begun = performance.now();
  const pending: Promise<void>[] = [];
  for (let at = 1; at < signatures; at++) {
    await pause(Math.max(0, begun + at * everyMs - performance.now()));
    pending.push(
      signAs(`dev${at}@example.com`).then(
        (acknowledged) => void signed.set(`reader${at}@example.org`, acknowledged),
      ),
    );
  }
  await Promise.all(pending);
  await until('every mail', () => acceptedAt.size >= signatures).catch(() => undefined);
  const times = [...signed].flatMap(([reader, at]) => {
    const accepted = acceptedAt.get(reader);
    return accepted === undefined ? [] : [accepted - at];
  });
  const share = (part: number): number =>
    Math.round(times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * part)] ?? NaN);
  process.stdout.write(
    `${JSON.stringify({
      bench: 'alert',
      hardware,
      settings: {
        signatures,
        perSecond: Number(given.perSecond),
        pollMs: 250,
        loadAverage: `${before} -> ${loadAverage()}`,
      },
      figures: { p95Ms: share(0.95), p50Ms: share(0.5), p99Ms: share(0.99), longestMs: share(1) },
      errors: signatures - 1 - times.length,
    })}\n`,
  );
} finally {
  workers.kill('SIGKILL');
  await log.remove();
  await trust.close();
  await smtp.stop();
  await place.close();
}
process.exit(0);
