/**
 * What stands before every address of the API: whether it is one, who may ask from other sites, how much, and the sandbox.
 * All of it before a handler runs, so that no handler can forget any of it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { paceHeaders, type Allowance, type Pace } from '../../pace/shared-pace.ts';
import { problemBody } from '../problem-body.ts';
import { allowedMethods, findApiRoute, isOpenRead, type ApiRoute } from './api-routes.ts';
import { sandboxKey } from './sandbox-key.ts';
import { sandboxAnswer } from './sandbox.ts';

const exposed = 'etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id';

export interface ApiFront {
  readonly webUrl: string;
  readonly pace: Pace;
  /** Counts a request of whoever asks. */
  readonly take: () => Promise<Allowance>;
}

/** Of /api itself there is a page. */
export function isOfApi(path: string): boolean {
  return path.startsWith('/api/') && path !== '/api/';
}

/** True when it was answered here. */
export async function answeredInFront(
  { webUrl, pace, take }: ApiFront,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  const { method = 'GET', url = '/' } = request;
  const route = findApiRoute(path);
  response.setHeader('access-control-expose-headers', exposed);
  if (method === 'OPTIONS' && route !== undefined) return answerPreflight(response, route);
  const allowance = await take();
  for (const [name, value] of Object.entries(paceHeaders(pace, allowance))) response.setHeader(name, value);
  if (!allowance.allowed) {
    response.setHeader('retry-after', String(allowance.seconds));
    return send(response, 429, problemBody(webUrl, 429, `Ask again in ${allowance.seconds} seconds.`));
  }
  if (route === undefined)
    return send(
      response,
      404,
      problemBody(webUrl, 404, 'There is no such address. /api/openapi.json lists them all.'),
    );
  const allowed = allowedMethods(route);
  if (!allowed.includes(method)) {
    response.setHeader('allow', allowed.join(', '));
    return send(response, 405, problemBody(webUrl, 405, `This address answers to ${allowed.join(', ')}.`));
  }
  if (isOpenRead(route, method)) response.setHeader('access-control-allow-origin', '*');
  if (request.headers.authorization !== `Bearer ${sandboxKey}` || path === '/api/openapi.json') return false;
  const { status, body } = sandboxAnswer(webUrl, method, url);
  return send(response, status, body);
}

/** Only what anybody may read is read by other sites; what is written is written by programs, or by our own pages. */
function answerPreflight(response: ServerResponse, route: ApiRoute): true {
  const open = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'authorization, if-none-match',
    'access-control-max-age': '86400',
  };
  response.writeHead(204, {
    allow: allowedMethods(route).join(', '),
    ...(isOpenRead(route, 'GET') ? open : {}),
  });
  response.end();
  return true;
}

/** A refusal is the same for everybody, and an example is of nobody: both may be read anywhere. */
function send(response: ServerResponse, status: number, body: object | string): true {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const said = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status < 400 ? type : 'application/problem+json',
    'content-length': Buffer.byteLength(said),
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
  });
  response.end(said);
  return true;
}
