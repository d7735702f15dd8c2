/** Every request of the web process: refuse what no browser of ours sends, set the headers, hand the rest to Next.js. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Config } from '#lib/server/config.ts';
import { networkOf } from '#lib/server/client-network.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import { answeredInFront, isOfApi } from './api/front/api-front.ts';
import { problemBody } from './api/problem-body.ts';
import { clientAddress, isOwnMachine } from './client-address.ts';
import { clientScripts } from './client-scripts.ts';
import { sendLasting, sendWhole } from './document.ts';
import type { Health } from './health.ts';
import { longestPath } from './longest-path.ts';
import type { RefusalAsked, RefusalPage } from './refusal.tsx';
import { contentSecurityPolicy, passedHeaders, securityHeaders, type Policy } from './security-headers.ts';
import { paceOf, verifyAddresses, type Paces } from './pace/paces.ts';
import { largestVerifyBody } from './verify/limits.ts';
import type { VerifyUploads } from './verify/upload.ts';
import { visitOf } from './visit.ts';

export interface Serving {
  readonly config: Config;
  readonly logger: Logger;
  readonly sealing: Pick<Sealing, 'mac'>;
  readonly health: () => Promise<Health>;
  readonly uploads: VerifyUploads;
  readonly paces: Paces;
  readonly refusalPage: RefusalPage;
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const largestBody = 64 * 1024;

export function serve(serving: Serving): RequestListener {
  const policy = policyOf(serving.config);
  return (request, response) => {
    const url = request.url ?? '/';
    const id = randomUUID();
    response.setHeader('x-request-id', id);
    for (const [name, value] of Object.entries(securityHeaders(policy, url))) response.setHeader(name, value);
    logWhenDone(serving.logger, request, response, id);
    answer(serving, request, response, url).catch((error: unknown) => {
      serving.logger.error({ err: error, requestId: id }, 'request failed');
      refuse(
        serving,
        request,
        response,
        500,
        'Something broke on our side',
        'Nothing was changed. Try again in a moment.',
      );
    });
  };
}

function policyOf({ web, ca }: Config): Policy {
  return { https: web.url.startsWith('https:'), authority: new URL(ca.url).origin };
}

async function answer(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): Promise<void> {
  const { config, health } = serving;
  const path = pathOf(url);
  if (path === '/healthz') return answerHealth(response, await health());
  const script = clientScripts.find((one) => one.path === path);
  if (script !== undefined) return sendLasting(request, response, script);
  const refused = refusal(request, path, new URL(config.web.url).origin);
  if (refused !== undefined) return refuse(serving, request, response, ...refused);
  const address = clientAddress(request, config.proxyHops);
  if (await isHeldBack(serving, request, response, path, networkOf(address))) return;
  const asked = { cookie: request.headers.cookie, path: url };
  const policy = policyOf(config);
  const visit = visitOf(
    { sealing: serving.sealing, isHttps: policy.https },
    { url, method: request.method, cookies: request.headers.cookie },
  );
  sendWhole(request, response, {
    shape: (html, status) => orRefusal(serving.refusalPage, html, status, asked),
    ...(isOfApi(path) ? { problem: (status: number) => apiProblem(config, status) } : {}),
    knownTag: request.headers['if-none-match'],
    visit,
    policy: (scripts, nonce) => contentSecurityPolicy(policy, url, scripts, nonce),
  });
  // RFC 9110 §9.3.2: what GET says, without its body. Next.js makes no body for HEAD, so nothing could be said of it.
  if (request.method === 'HEAD') request.method = 'GET';
  const ownMachine = isOwnMachine(request, config.web.url);
  request.headers = passedHeaders(request.headers);
  request.headers['x-sigwatch-client'] = address;
  request.headers['x-sigwatch-path'] = url;
  if (visit !== undefined) request.headers['x-sigwatch-word'] = visit.word;
  if (ownMachine) request.headers['x-sigwatch-own-machine'] = 'yes';
  if (request.method === 'POST' && verifyAddresses.has(path)) {
    const refused = (status: number, heading: string, why: string) =>
      refuse(
        serving,
        request,
        response,
        status,
        heading,
        `${why} Try again in a moment, or verify with the command line.`,
      );
    return serving.uploads.inTurn(
      () => handOver(serving, request, response, path),
      () => refused(503, 'Too many at once', 'Others are verifying.'),
    );
  }
  await handOver(serving, request, response, path);
}

/** True when it was answered: by the sandbox, or since it is more than may be asked for in a minute. */
async function isHeldBack(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  network: string,
): Promise<boolean> {
  const { paces } = serving;
  const front = { webUrl: serving.config.web.url, pace: paces.apiPace, take: () => paces.api.take(network) };
  if (isOfApi(path) && (await answeredInFront(front, request, response, path))) return true;
  const allowance = await paceOf(paces, request.method, path)?.take(network);
  if (allowance === undefined || allowance.allowed) return false;
  const why = `That is more than may be asked for in a minute. Try again in ${allowance.seconds} seconds.`;
  refuse(serving, request, response, 429, 'Too often', why, allowance.seconds);
  return true;
}

/** For a page that gives up half-way Next.js sends an empty shell, which its script would fill: a page is put in its place. */
function orRefusal(page: RefusalPage, html: string, status: number, asked: RefusalAsked): string {
  if (status >= 500)
    return page('Something broke on our side', 'Nothing was changed. Try again in a moment.', {
      ...asked,
      status,
    });
  if (!html.includes('id="__next_error__"')) return html;
  // It leads on, and nobody sees what is in it.
  if (status >= 300 && status < 400) return '';
  return page(
    'Nothing here',
    'This address leads nowhere, or to what is not yours to see. If it came in a mail, it may have been cut off: copy it whole.',
    { ...asked, status: 404 },
  );
}

/** What a handler or Next.js says of a failure otherwise than as a problem. */
function apiProblem({ web }: Config, status: number): string {
  const detail =
    status >= 500 ? 'Something broke on our side. Try again in a moment.' : 'There is no such thing.';
  return JSON.stringify(problemBody(web.url, status, detail));
}

async function handOver(
  { pages, uploads }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  // Its answer is a page made of what was sent, and nothing is kept that another page could show.
  if (request.method === 'POST' && path === '/verify')
    return uploads.answer(request, () => pages(request, response));
  // A page and what pressing its button does share one address; Next.js wants two files: page.tsx and press/route.ts.
  if (request.method === 'POST' && !isOfApi(path))
    request.url = `${path}/press${(request.url ?? '').slice(path.length)}`;
  await pages(request, response);
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function refusal(request: IncomingMessage, path: string, own: string): [number, string, string] | undefined {
  const { method = '', headers } = request;
  // Of its own addresses the API says itself what they answer to.
  if (!isOfApi(path) && !['GET', 'HEAD', 'POST', 'OPTIONS'].includes(method))
    return [405, 'Not possible here', 'This address only answers to GET, HEAD and POST.'];
  if (!/^\/(?!\/)/.test(path))
    return [400, 'Not an address of this site', 'The request names another place.'];
  if (path.length > longestPath)
    return [
      414,
      'That address is too long',
      `It has ${path.length} characters; names are looked up up to ${longestPath}. Type the name into the first page instead, or its digest.`,
    ];
  if (badlyEncoded(path) || /%00/.test(request.url ?? ''))
    return [400, 'Not an address of this site', 'The address cannot be read.'];
  if ((path.startsWith('/_next/') && !path.startsWith('/_next/static/')) || isInternal(path))
    return [404, 'Nothing here', 'There is no such page.'];
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return undefined;
  // Programs of people send neither header; a browser always sends one of them with a form.
  if (!isOfApi(path) && isFromElsewhere(request, own))
    return [403, 'Not from there', 'Forms are taken from this site alone.'];
  const most = verifyAddresses.has(path) ? largestVerifyBody : largestBody;
  if (!(Number(headers['content-length'] ?? 0) <= most) || headers['transfer-encoding'] !== undefined)
    return [413, 'Too much', 'That is more than any form here sends.'];
  return undefined;
}

/** How Next.js asks itself for the parts of a page; a name that is looked for may end so as well. */
function isInternal(path: string): boolean {
  return path.endsWith('.rsc') && !/^\/[in]\//.test(path);
}

const secretForm = /[?&](?:token|code)=/;

function isFromElsewhere({ headers, url = '' }: IncomingMessage, own: string): boolean {
  // A sibling of this host is a stranger too: it could plant its forms here with the cookies of our people.
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  // A page whose address holds a secret sends no origin (security-headers.ts); the secret is the key to what it does. So
  // does a page in a frame of a stranger's, who has no such secret.
  if (headers.origin === 'null') return !secretForm.test(url);
  return headers.origin !== undefined && headers.origin !== own;
}

function badlyEncoded(path: string): boolean {
  try {
    return decodeURIComponent(path).includes('\0');
  } catch {
    return true;
  }
}

/** A page, or for programs a problem (RFC 9457). */
function refuse(
  { config, refusalPage }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  heading: string,
  sentence: string,
  retryAfter = 5,
): void {
  if (response.headersSent) return;
  const isProgram = isOfApi(pathOf(request.url ?? '/'));
  response.statusCode = status;
  response.setHeader('content-type', isProgram ? 'application/problem+json' : 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  if (status === 503 || status === 429) response.setHeader('retry-after', retryAfter);
  if (isProgram) response.setHeader('access-control-allow-origin', '*');
  const { url: path = '/', method, headers } = request;
  const asked = { status, path, cookie: headers.cookie, wasPressed: method === 'POST' };
  response.end(
    isProgram
      ? JSON.stringify(problemBody(config.web.url, status, sentence))
      : refusalPage(heading, sentence, asked),
  );
}

function answerHealth(response: ServerResponse, health: Health): void {
  response.statusCode = health.status === 'SERVING' ? 200 : 503;
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(health));
}

/** The query is left out: it may hold a token. */
function logWhenDone(
  logger: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  const started = performance.now();
  const { method, url = '' } = request;
  const path = pathOf(url).slice(0, 512);
  const quiet = path === '/healthz' || path.startsWith('/_next/static/');
  response.once('close', () => {
    const ms = Math.round(performance.now() - started);
    const line = { requestId, method, path, status: response.statusCode, ms };
    if (quiet) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
}
