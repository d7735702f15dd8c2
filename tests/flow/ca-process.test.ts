/** The authority as a process of its own: killed between the log and the certificate, and flooded with nonsense. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { isPrecertificate } from '#lib/x509/precertificate.ts';
import { ada, postRequest } from '#tests/harness/asked-ca.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startFailingCtLog, type FailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-ca-process-'));
let issuer: TestIssuer;
let ct: FailingCtLog;
let database: TestDatabase;
let ca: ChildProcess;
let url: string;

beforeAll(async () => {
  [issuer, ct, database] = await Promise.all([startTestIssuer(), startFailingCtLog(), freshDatabase()]);
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  writeFileSync(join(folder, 'issuers.json'), JSON.stringify(issuers));
  const [port = 0] = await freePorts(1);
  url = `http://localhost:${port}`;
  ca = await start(port);
});
afterAll(async () => {
  ca.kill('SIGKILL');
  await Promise.all([issuer.close(), ct.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function start(port: number): Promise<ChildProcess> {
  const { PATH, HOME } = process.env;
  const places = { DATA_DIR: folder, DATABASE_URL: database.url, ISSUERS_FILE: join(folder, 'issuers.json') };
  const child = spawn(process.execPath, ['--import', 'tsx', 'ca/main.ts'], {
    cwd: project,
    env: {
      PATH,
      HOME,
      NODE_ENV: 'test',
      ...places,
      CA_PORT: String(port),
      LOG_URL: ct.url,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise<void>((ready, fail) => {
    child.once('message', () => ready());
    child.once('exit', (code) => fail(new Error(`the authority ended with ${code}`)));
  });
  return child;
}

function residentMb(): number {
  const status = readFileSync(`/proc/${ca.pid}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

it('A30 tokens of megabytes are refused, and cost no memory that stays', async () => {
  const statuses = new Set<number>();
  const flood = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      const token = (at % 2 === 0 ? '.' : 'a.b.').repeat(at % 3 === 0 ? 5_000_000 / 4 : 900_000);
      // A body that is too long is not read to its end: who still writes may see the connection close first.
      const status = await postRequest(url, { token: `${token}${at}` }).then(
        (answer) => answer.status,
        () => 413,
      );
      statuses.add(status);
    }
  };
  await flood(40);
  const before = residentMb();
  // A collector that lags holds some tens of megabytes; tokens that were kept would be more than two hundred.
  await flood(120);
  expect(residentMb() - before).toBeLessThan(80);
  expect([...statuses].sort()).toEqual([400, 413]);
  expect(ct.submitted).toHaveLength(0);
  expect((await postRequest(url, { token: await issuer.token(ada) })).status).toBe(200);
});

it('C10 killed once the precertificate is logged: the log has it, nobody has a certificate', async () => {
  const before = ct.submitted.length;
  ct.mood = 'silent';
  const asked = postRequest(url, { token: await issuer.token(ada) }).then(
    () => 'answered',
    () => 'lost',
  );
  await eventually(() => expect(ct.submitted).toHaveLength(before + 1));
  ca.kill('SIGKILL');
  expect(await asked).toBe('lost');
  const [orphan] = ct.submitted.at(-1) ?? [];
  const precertificate = readCertificate(orphan ?? new Uint8Array());
  expect(isPrecertificate(precertificate)).toBe(true);
  ct.mood = 'good';
  ca = await start(Number(new URL(url).port));
  const answer = await postRequest(url, { token: await issuer.token(ada) });
  const body = (await answer.json()) as {
    signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
  };
  const [pem = ''] = body.signedCertificateEmbeddedSct.chain.certificates;
  // A new certificate and not the one of before the crash: what was lost stays an orphan that a monitor reports.
  const leaf = readCertificate(fromPem(pem)?.[0]?.bytes ?? new Uint8Array());
  expect(toHex(leaf.serial)).not.toBe(toHex(precertificate.serial));
});
