/** The two logins of `sigwatch sign` against the embedded issuer: in this machine's browser, and by a code elsewhere. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { loginInBrowser } from '#lib/cli/login-browser.ts';
import { loginByCode } from '#lib/cli/login-device.ts';
import { Browser, formIn } from '#lib/cli/token-browser.ts';
import { CommandError } from '#lib/cli/exit-codes.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import {
  askCode,
  callbackOf,
  forgetKeys,
  newestCode,
  pageOf,
  startIssuer,
  typeCode,
  type IssuerServer,
} from './oidc-issuer.ts';

let database: TestDatabase;
let server: IssuerServer;

beforeAll(async () => {
  database = await freshDatabase();
  server = await startIssuer(database.sql, { demoMailbox: true });
  return async () => {
    await server.close();
    forgetKeys(server);
  };
});

const redirectOf = (url: string) => new URL(url).searchParams.get('redirect_uri') ?? '';

it('a browser on this machine: the token of whoever signed in comes back to the loopback address', async () => {
  const email = 'browser@example.org';
  let page: Response | undefined;
  const person = async (url: string): Promise<void> => {
    const browser = new Browser(server.origin, redirectOf(url));
    const asked = await askCode(browser, new URL(url), email);
    const answer = callbackOf(await typeCode(browser, asked, await newestCode(database.sql, email)));
    page = await fetch(`${redirectOf(url)}?${answer.toString()}`);
  };
  let going: Promise<void> | undefined;
  const token = await loginInBrowser(
    server.issuer,
    () => undefined,
    (url) => (going = person(url)),
  );
  await going;
  expect(page?.status).toBe(200);
  expect(readIdToken(token)).toMatchObject({ subject: email, issuer: server.issuer });
});

it('a browser on this machine: an answer to another login is not taken, a refusal ends it', async () => {
  let foreign: Response | undefined;
  const person = async (url: string): Promise<void> => {
    foreign = await fetch(`${redirectOf(url)}?code=stolen&state=other`);
    const state = new URL(url).searchParams.get('state') ?? '';
    await fetch(`${redirectOf(url)}?error=access_denied&state=${state}`);
  };
  let going: Promise<void> | undefined;
  const attempt = loginInBrowser(
    server.issuer,
    () => undefined,
    (url) => (going = person(url)),
  );
  await expect(attempt).rejects.toThrow(CommandError);
  await going;
  expect(foreign?.status).toBe(404);
});

it('a code for a browser elsewhere: the token comes once the person agreed', async () => {
  const email = 'device@example.org';
  const person = async (told: string): Promise<void> => {
    const browser = new Browser(server.origin, 'http://localhost:1/none');
    const url = /^(http\S+user_code=\S+)$/m.exec(told)?.[1] ?? '';
    const typing = pageOf(await browser.open(new URL(url)));
    const confirm = pageOf(await browser.submit(formIn(typing, 'device'), {}));
    const asked = pageOf(await browser.submit(formIn(confirm, 'device'), {}));
    const sent = pageOf(await browser.submit(formIn(asked, 'address'), { email }));
    await typeCode(browser, sent, await newestCode(database.sql, email));
  };
  let going: Promise<void> | undefined;
  const token = await loginByCode(server.issuer, (told) => (going = person(told)));
  await going;
  expect(readIdToken(token)).toMatchObject({ subject: email, issuer: server.issuer });
});

it('^C while the login waits is an abandoned login, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-interrupt-'));
  const identity = { identity: 'ada@example.com', issuer: server.issuer };
  const services = new SigningServicesInMemory({ rekorVersion: 2, ...identity, now: () => new Date() });
  const files = { root: services.trustedRoot, config: services.signingConfig, file: 'x' };
  const place = (name: string) => join(folder, name);
  for (const [name, json] of Object.entries(files)) writeFileSync(place(name), JSON.stringify(json));
  const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));
  const trust = ['--trusted-root', place('root'), '--signing-config', place('config')];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [command, 'sign', place('file'), '--yes', ...trust], {
    env: { PATH, HOME, NODE_ENV: 'test' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (!said.includes('enter the code') && `${said}${chunk.toString()}`.includes('enter the code')) {
      child.kill('SIGINT');
    }
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  rmSync(folder, { recursive: true });
  expect({ code, said }).toEqual({ code: 4, said: expect.stringContaining('nothing was signed') as string });
});
