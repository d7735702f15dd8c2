/**
 * Other people's programs against an instance of ours, pointed at it through its TUF repository as their users would be:
 * they log in at the embedded issuer, sign, and verify; and what the one signs the other accepts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, formIn } from '#lib/cli/token-browser.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { LogProcess } from '../flow/log-process.ts';
import { attempt, callback, exchange, newestCode, pageOf, signIn, typeCode } from '../flow/oidc-issuer.ts';

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const [hasCosign, hasPython] = [has('cosign'), has('sigstore')];
const email = 'dev@example.org';
const home = mkdtempSync(join(tmpdir(), 'sigwatch-clients-'));
let database: TestDatabase;
let log: LogProcess;
let ca: TestCa;

beforeAll(async () => {
  if (!hasCosign && !hasPython) return;
  database = await freshDatabase();
  const [port = 0] = await freePorts(1);
  log = await LogProcess.create(database.url, `http://localhost:${port}`);
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, port });
  await eventually(() => expect(existsSync(join(ca.dataDir, 'tuf', 'timestamp.json'))).toBe(true));
  writeFileSync(join(home, 'hello.txt'), 'hello\n');
  // Go leaves out what is zero or empty, as protojson may: the first entry of a log, signed by cosign, has no logIndex
  // and no hashes, and sigstore-python 4.5 reads no such bundle. Every later entry has both.
  await logSomething();
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  if (!hasCosign && !hasPython) return;
  await ca.close();
  await log.end('SIGTERM');
});

interface Ran {
  readonly status: number | null;
  readonly said: string;
}

/** With a home of its own, so that no client of this machine learns to trust a test. `hear`: all it said so far. */
function run(program: string, args: readonly string[], hear?: (said: string) => void): Promise<Ran> {
  const env = { PATH: process.env['PATH'], HOME: home, TUF_ROOT: join(home, 'tuf'), COSIGN_YES: 'true' };
  const child = spawn(program, args, {
    cwd: home,
    env: { ...env, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      hear?.(said);
    });
  }
  return new Promise((done) => child.once('close', (status) => done({ status, said })));
}

const server = () => {
  const { port } = new URL(ca.url);
  return {
    origin: ca.url,
    issuer: `${ca.url}/oidc`,
    port: Number(port),
    keyFolder: '',
    close: async () => undefined,
  };
};

async function token(): Promise<string> {
  const tried = attempt(server());
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  return (await exchange(server(), tried, code)).body.id_token ?? '';
}

async function logSomething(): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const artifact = Buffer.from('first');
  const verifier = {
    publicKey: { rawBytes: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  };
  const signature = { content: sign('sha256', artifact, privateKey).toString('base64'), verifier };
  const digest = createHash('sha256').update(artifact).digest('base64');
  const answer = await fetch(`${log.url}/api/v2/log/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hashedRekordRequestV002: { digest, signature } }),
  });
  expect(answer.status).toBe(201);
}

/** What a person does whom a terminal shows an address and a code. */
async function approveDevice(address: string): Promise<void> {
  const browser = new Browser(ca.url, callback);
  const typing = pageOf(await browser.open(new URL(address)));
  const confirm = pageOf(await browser.submit(formIn(typing, 'device'), {}));
  const asked = pageOf(await browser.submit(formIn(confirm, 'device'), {}));
  const sent = pageOf(await browser.submit(formIn(asked, 'address'), { email }));
  await typeCode(browser, sent, await newestCode(database.sql, email));
}

const cosignVerify = (bundle: string): Promise<Ran> => {
  const who = ['--certificate-identity', email, '--certificate-oidc-issuer', `${ca.url}/oidc`];
  return run('cosign', ['verify-blob', '--bundle', bundle, ...who, 'hello.txt']);
};
const pythonVerify = (bundle: string): Promise<Ran> => {
  const who = ['--cert-identity', email, '--cert-oidc-issuer', `${ca.url}/oidc`];
  return run('sigstore', [
    '--instance',
    `${ca.url}/tuf`,
    'verify',
    'identity',
    '--bundle',
    bundle,
    ...who,
    'hello.txt',
  ]);
};

// First, since sigstore-python does not read what cosign writes of entry 0: protojson leaves a zero out.
describe.runIf(hasPython)(`sigstore-python${hasPython ? '' : ' (skipped: not on PATH)'}`, () => {
  it('trusts this instance through TUF, signs and verifies', async () => {
    writeFileSync(join(home, 'root.json'), readFileSync(join(ca.dataDir, 'tuf', '1.root.json')));
    const instance = ['--instance', `${ca.url}/tuf`];
    const trusts = await run('sigstore', [...instance, 'trust-instance', 'root.json']);
    expect([trusts.status, trusts.said]).toEqual([0, expect.any(String)]);
    const args = ['sign', '--identity-token', await token(), '--bundle', 'python.json', 'hello.txt'];
    const signed = await run('sigstore', [...instance, ...args]);
    expect([signed.status, signed.said]).toEqual([0, expect.any(String)]);
    expect(await pythonVerify('python.json')).toMatchObject({ status: 0 });
  });
});

describe.runIf(hasCosign)(`cosign${hasCosign ? '' : ' (skipped: not on PATH)'}`, () => {
  it('trusts this instance through TUF, logs in as a device, signs and verifies', async () => {
    const root = `${ca.url}/tuf/1.root.json`;
    const trusts = await run('cosign', ['initialize', '--mirror', `${ca.url}/tuf`, '--root', root]);
    expect([trusts.status, trusts.said]).toEqual([0, expect.any(String)]);
    let approving: Promise<void> | undefined;
    const signed = await run('cosign', ['sign-blob', '--bundle', 'cosign.json', 'hello.txt'], (said) => {
      const [address] = /http\S+user_code=[A-Z-]{9}/.exec(said) ?? [];
      if (address !== undefined) approving ??= approveDevice(address);
    });
    await approving;
    expect([signed.status, signed.said]).toEqual([0, expect.stringContaining('user_code=')]);
    expect(await cosignVerify('cosign.json')).toMatchObject({ status: 0 });
    writeFileSync(join(home, 'other.txt'), 'other\n');
    const forged = await run('cosign', [
      'verify-blob',
      '--bundle',
      'cosign.json',
      '--certificate-identity',
      email,
      '--certificate-oidc-issuer',
      `${ca.url}/oidc`,
      'other.txt',
    ]);
    expect(forged.status).not.toBe(0);
  });
});

describe.runIf(hasCosign && hasPython)('between them', () => {
  it('each accepts what the other signed', async () => {
    expect(await cosignVerify('python.json')).toMatchObject({ status: 0 });
    expect(await pythonVerify('cosign.json')).toEqual({ status: 0, said: expect.any(String) });
  });
});
