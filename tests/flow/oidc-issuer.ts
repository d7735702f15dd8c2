/** A real issuer on a port of its own, and a program that signs in at it the way native clients do. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { expect } from 'vitest';
import { mountProvider } from '#ca/oidc/provider/mount.ts';
import { Browser, formIn, type Page, type Reached } from '#lib/cli/token-browser.ts';
import { readConfig } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';
import { createLogger } from '#lib/server/logger.ts';
import { freePorts } from '#tests/harness/ports.ts';

export interface IssuerServer {
  readonly origin: string;
  readonly issuer: string;
  readonly port: number;
  readonly keyFolder: string;
  close(): Promise<void>;
}

export interface IssuerOptions {
  readonly demoMailbox?: boolean;
  /** To start again where another stopped. */
  readonly after?: IssuerServer;
  readonly publicUrl?: string;
}

export async function startIssuer(sql: Sql, options: IssuerOptions = {}): Promise<IssuerServer> {
  const [free = 0] = await freePorts(1);
  const port = options.after?.port ?? free;
  const keyFolder = options.after?.keyFolder ?? mkdtempSync(join(tmpdir(), 'sigwatch-oidc-'));
  const url = options.publicUrl ?? `http://localhost:${port}`;
  const config = readConfig({ CA_URL: url });
  const server = fastify();
  const demoMailbox = options.demoMailbox ?? false;
  await mountProvider({
    fastify: server,
    config,
    sql,
    logger: createLogger('ca', 'silent'),
    keyFolder,
    demoMailbox,
  });
  await server.listen({ port, host: '127.0.0.1' });
  return {
    origin: `http://localhost:${port}`,
    issuer: `${url}/oidc`,
    port,
    keyFolder,
    close: () => server.close(),
  };
}

export function forgetKeys(server: IssuerServer): void {
  rmSync(server.keyFolder, { recursive: true, force: true });
}

export const callback = 'http://localhost:41234/auth/callback';

export interface Attempt {
  readonly verifier: string;
  readonly redirectUri: string;
  readonly browser: Browser;
  readonly url: URL;
}

/** A program's request: S256, state, nonce. */
export function attempt(server: IssuerServer, changes: Record<string, string> = {}): Attempt {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${server.origin}/oidc/auth`);
  const parameters = {
    response_type: 'code',
    client_id: 'sigstore',
    scope: 'openid email',
    redirect_uri: callback,
    state: 'some-state',
    nonce: 'some-nonce',
    access_type: 'online',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const redirectUri = parameters.redirect_uri;
  return { verifier, redirectUri, browser: new Browser(server.origin, redirectUri), url };
}

export function pageOf(reached: Reached): Page {
  if ('callback' in reached) throw new Error(`left the pages: ${reached.callback.toString()}`);
  return reached;
}

export function callbackOf(reached: Reached): URLSearchParams {
  if (!('callback' in reached)) throw new Error(`still at ${reached.url.href}: ${reached.html.slice(-900)}`);
  return reached.callback;
}

/** From the start to the page that wants the code. */
export async function askCode(browser: Browser, url: URL, email: string): Promise<Page> {
  const asked = pageOf(await browser.open(url));
  return pageOf(await browser.submit(formIn(asked, 'address'), { email }));
}

export function typeCode(browser: Browser, page: Page, code: string): Promise<Reached> {
  return browser.submit(formIn(page, 'code'), { code });
}

export async function signIn(sql: Sql, { browser, url }: Attempt, email: string): Promise<URLSearchParams> {
  const page = await askCode(browser, url, email);
  return callbackOf(await typeCode(browser, page, await newestCode(sql, email.toLowerCase())));
}

export interface QueuedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export async function mailsTo(sql: Sql, email: string): Promise<QueuedMail[]> {
  const rows = await sql<{ message: QueuedMail }[]>`
    SELECT message FROM mail_outbox WHERE recipient = ${email} ORDER BY created_at DESC`;
  return rows.map(({ message }) => message);
}

export async function newestCode(sql: Sql, email: string): Promise<string> {
  const [mail] = await mailsTo(sql, email);
  const [, code = ''] = /^Your sign-in code: (\d{8})$/.exec(mail?.subject ?? '') ?? [];
  expect(code).toHaveLength(8);
  return code;
}

export function otherCode(code: string): string {
  return code === '00000000' ? '00000001' : '00000000';
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: {
    readonly id_token?: string;
    readonly access_token?: string;
    readonly token_type?: string;
    readonly expires_in?: number;
    readonly error?: string;
  };
}

export async function askToken(
  server: IssuerServer,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const body = new URLSearchParams(parameters);
  const answer = await fetch(`${server.origin}/oidc/token`, { method: 'POST', body, headers });
  return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
}

export function exchange(server: IssuerServer, tried: Attempt, code: string): Promise<TokenAnswer> {
  return askToken(server, {
    grant_type: 'authorization_code',
    client_id: 'sigstore',
    code,
    redirect_uri: tried.redirectUri,
    code_verifier: tried.verifier,
  });
}
