/** ISSUERS_FILE in use: several entries of one issuer, rules, a private authority, and changes while the service runs. */
import { spawnSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, keys, postRequest, type Refusal } from '#tests/harness/asked-ca.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startFailingCtLog, type FailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

let folder: string;
let tls: { key: string; cert: string };
let both: TestIssuer;
let hidden: TestIssuer;
let ct: FailingCtLog;
let ca: TestCa;
let issuers: Record<string, object>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sigwatch-issuers-'));
  tls = privateAuthority();
  [both, hidden, ct] = await Promise.all([startTestIssuer(), startTestIssuer(tls), startFailingCtLog()]);
  issuers = {
    people: { IssuerURL: both.url, ClientID: 'people', Type: 'email', Allow: { Domains: ['example.com'] } },
    machines: {
      IssuerURL: both.url,
      ClientID: 'sigstore',
      Type: 'github-workflow',
      Allow: { Organizations: ['o'] },
    },
    [hidden.url]: { ClientID: 'sigstore', Type: 'email', CACert: tls.cert },
  };
  ca = await startTestCa({
    database: await freshDatabase(),
    logUrl: ct.url,
    issuers: { OIDCIssuers: issuers },
  });
});
afterAll(async () => {
  await ca.close();
  await Promise.all([both.close(), hidden.close(), ct.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function privateAuthority(): { key: string; cert: string } {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const files = ['-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=private'];
  spawnSync('openssl', [...args, ...files, '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: folder });
  return {
    key: readFileSync(join(folder, 'key.pem'), 'utf8'),
    cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
  };
}

async function outcome(token: string, subject?: string): Promise<[number, string | undefined]> {
  const proof = subject === undefined ? {} : { proof: sign('sha256', Buffer.from(subject), keys.privateKey) };
  const answer = await postRequest(ca.url, { token, ...proof });
  const body = (await answer.json()) as Partial<Refusal>;
  return [answer.status, body.details?.[0]?.reason];
}

const workflow = (more: object = {}): Promise<string> => both.token(workflowClaims(more));
const subject = 'repo:o/r:ref:refs/heads/main';

describe('two entries of one issuer', () => {
  it('are told apart by audience, each with its own kind of identity and its own rules', async () => {
    expect(await outcome(await both.token({ ...ada, aud: 'people' }))).toEqual([200, undefined]);
    expect(await outcome(await workflow(), subject)).toEqual([200, undefined]);
    // A person is no workflow, whatever the token says besides.
    expect(await outcome(await both.token(ada))).toEqual([400, 'CLAIM_MISSING']);
    expect(await outcome(await both.token({ ...ada, aud: 'neither' }))).toEqual([400, 'AUDIENCE_MISMATCH']);
  });

  it('refuse whom their rules do not allow, before anything is logged', async () => {
    const before = ct.submitted.length;
    const stranger = await both.token({ email: 'eve@evil.test', email_verified: true, aud: 'people' });
    expect(await outcome(stranger, 'eve@evil.test')).toEqual([403, 'IDENTITY_NOT_ALLOWED']);
    expect(await outcome(await workflow({ repository: 'x/y' }), subject)).toEqual([
      403,
      'IDENTITY_NOT_ALLOWED',
    ]);
    expect(ct.submitted).toHaveLength(before);
  });
});

describe('an issuer behind a private authority', () => {
  it('is reached when its authority is configured', async () => {
    expect(await outcome(await hidden.token(ada))).toEqual([200, undefined]);
  });

  it('is unavailable when another authority is', async () => {
    const database = await freshDatabase();
    const entry = { ClientID: 'sigstore', Type: 'email', CACert: privateAuthority().cert };
    const own = await startTestCa({
      database,
      logUrl: ct.url,
      issuers: { OIDCIssuers: { [hidden.url]: entry } },
    });
    const answer = await postRequest(own.url, { token: await hidden.token(ada) });
    expect(answer.status).toBe(503);
    await own.close();
  });
});

describe('a file that changes', () => {
  const write = (text: string): void => writeFileSync(join(ca.dataDir, 'issuers.json'), text);
  const health = async () =>
    (await (await fetch(`${ca.url}/healthz`)).json()) as { status: string; issuers: { warnings: string[] } };
  const listed = async () =>
    ((await (await fetch(`${ca.url}/api/v2/configuration`)).json()) as { issuers: object[] }).issuers;

  it('is in force without a restart; a bad one is not, and /healthz says so', async () => {
    const token = await both.token({ ...ada, aud: 'people' });
    expect((await outcome(token))[0]).toBe(200);
    write('OIDCIssuers: { broken');
    await eventually(async () =>
      expect((await health()).issuers.warnings).toEqual([expect.stringContaining('YAML')]),
    );
    expect((await outcome(token))[0]).toBe(200);
    const { people: _, ...others } = issuers;
    write(JSON.stringify({ OIDCIssuers: others }));
    await eventually(async () => expect(await listed()).toHaveLength(3));
    expect((await health()).issuers.warnings).toEqual([]);
    expect(await outcome(token)).toEqual([400, 'AUDIENCE_MISMATCH']);
    rmSync(join(ca.dataDir, 'issuers.json'));
    await eventually(async () => expect((await health()).issuers.warnings).toHaveLength(1));
    write(JSON.stringify({ OIDCIssuers: issuers }));
    await eventually(async () => expect((await health()).issuers.warnings).toEqual([]));
    expect((await outcome(token))[0]).toBe(200);
  });
});
