/** What stands before every address of the API: who may ask from other sites, how much, and the sandbox. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { paceHeaders, type Allowance, type Pace } from '../../pace/shared-pace.ts';
import { sandboxAnswer, sandboxKey } from './sandbox.ts';

const exposed = 'etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id';

export interface ApiFront {
  readonly pace: Pace;
  /** Counts a request of whoever asks. */
  readonly take: () => Promise<Allowance>;
}

/** True when it was answered here. */
export async function answeredInFront(
  { pace, take }: ApiFront,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method = 'GET', url = '/' } = request;
  response.setHeader('access-control-expose-headers', exposed);
  if (method === 'OPTIONS') return answerPreflight(response);
  const allowance = await take();
  for (const [name, value] of Object.entries(paceHeaders(pace, allowance))) response.setHeader(name, value);
  if (!allowance.allowed) return refuse(response, allowance.seconds);
  if (request.headers.authorization !== `Bearer ${sandboxKey}`) return false;
  const example = sandboxAnswer(method, url);
  if (example === undefined) return false;
  send(response, example.status, example.body);
  return true;
}

/** Reading only: what is written is written by programs, or by our own pages. */
function answerPreflight(response: ServerResponse): true {
  response.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'authorization, if-none-match',
    'access-control-max-age': '86400',
  });
  response.end();
  return true;
}

function refuse(response: ServerResponse, seconds: number): true {
  response.setHeader('retry-after', String(seconds));
  send(response, 429, {
    type: 'about:blank',
    title: 'Too many requests',
    status: 429,
    detail: `Ask again in ${seconds} seconds.`,
  });
  return true;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
