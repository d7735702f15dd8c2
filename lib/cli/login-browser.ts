/** Login in the browser of this machine: authorization code with PKCE, back to a loopback address (RFC 8252 §7.3). */
import { spawn } from 'node:child_process';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readIdTokenNonce } from './id-token-nonce.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { askForToken, clientId, discover, newPkce, scope } from './openid.ts';

const patienceMs = 5 * 60_000;

export async function loginInBrowser(
  issuer: string,
  tell: (text: string) => void,
  open: (url: string) => void = openBrowser,
): Promise<string> {
  const provider = await discover(issuer);
  const [state, nonce, pkce] = [newSecret(), newSecret(), newPkce()];
  const callback = await listen(state);
  try {
    const url = new URL(provider.authorization_endpoint);
    const query = {
      response_type: 'code',
      client_id: clientId,
      scope,
      redirect_uri: callback.redirectUri,
      state,
      nonce,
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    tell(`Sign in here, in this machine's browser:\n${url.href}\n`);
    open(url.href);
    const answer = await askForToken(provider, {
      grant_type: 'authorization_code',
      code: await callback.code,
      redirect_uri: callback.redirectUri,
      code_verifier: pkce.verifier,
    });
    if ('error' in answer) throw new CommandError(exitCode.abandoned, `the login says: ${answer.error}`);
    if (readIdTokenNonce(answer.id_token) !== nonce) {
      throw new CommandError(exitCode.service, 'the login answered with a token for somebody else');
    }
    return answer.id_token;
  } finally {
    callback.close();
  }
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

interface Callback {
  readonly redirectUri: string;
  readonly code: Promise<string>;
  close(): void;
}

async function listen(state: string): Promise<Callback> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const code = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CommandError(exitCode.abandoned, 'nobody signed in')),
      patienceMs,
    );
    timer.unref();
    server.on('request', (request, response) =>
      answerCallback(request, response, state, { resolve, reject }),
    );
  });
  // Whoever waits for it comes later; until then a refusal is no unhandled one.
  code.catch(() => undefined);
  return {
    redirectUri: `http://localhost:${port}/auth/callback`,
    code,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerCallback(
  request: IncomingMessage,
  response: ServerResponse,
  state: string,
  { resolve, reject }: { resolve: (code: string) => void; reject: (error: Error) => void },
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname !== '/auth/callback' || !same(url.searchParams.get('state') ?? '', state)) {
    response.writeHead(404).end();
    return;
  }
  const code = url.searchParams.get('code');
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  if (code === null) {
    response.end('Not signed in. You can close this page.\n');
    reject(new CommandError(exitCode.abandoned, 'the login was refused'));
    return;
  }
  response.end('Signed in. You can close this page and go back to the terminal.\n');
  resolve(code);
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** The address is printed as well, so it does not matter when there is no browser. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['explorer', url]
        : ['xdg-open', url];
  const child = spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
