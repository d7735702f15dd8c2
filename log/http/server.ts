/**
 * HTTP for the log: node:http and nothing above it, since the write path is the hot path. Every request has an id, one
 * log line, and an answer; what a handler throws is mapped in error-answer.ts.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connectionOptions, guardConnections } from '#lib/server/connection-guard.ts';
import type { Logger } from '#lib/server/logger.ts';
import { SequencerError } from '../sequencer/entry.ts';
import { errorAnswer, errorCode } from './error-answer.ts';
import { RequestError, type Answer, type Exchange } from './exchange.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { Routes } from './routes.ts';

const bodyCap = 4 * 1024 * 1024;
const requestIdForm = /^[\w-]{1,64}$/;

/** Pages of any origin read and write entries: no cookie is read here. What operators and other processes ask is not theirs. */
const forPages = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, location, x-complete-up-to, x-log-index, x-request-id',
};
const everyAnswer = { 'x-content-type-options': 'nosniff' };

const preflight: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
    'access-control-allow-headers': 'content-type, if-none-match, x-request-id',
    'access-control-max-age': '86400',
  },
};

/** Every client of ours has given up by then. */
const deadlineMs = 15_000;

export interface Served {
  /** Asked at every request: what is served changes when the logs are open. */
  routes(): Routes;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
}

export function createLogServer({ routes, logger, metrics }: Served): Server {
  // What a request line holds is fixed and no secret: looking for one in each would cost more than writing it.
  const plain = logger.child({}, { redact: { paths: [] } });
  const served = { routes, metrics, logger: plain };
  const server = createServer(
    connectionOptions,
    (request, response) => void serve(served, request, response),
  );
  // RFC 9110 §10.1.1: whoever asks before sending too much gets the answer in place of the invitation.
  server.on('checkContinue', (request, response) => {
    if (!announcesTooMuch(request)) response.writeContinue();
    void serve(served, request, response);
  });
  guardConnections(server);
  return server;
}

/** Takes no new connection, and ends the others as soon as each has its answer. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  // A connection that had its answer stays open for the next request; nothing else tells when it has become idle.
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearInterval(timer);
}

const run = randomBytes(4).toString('hex');
let requests = 0;

/** Unique for this run of the process and unlike any other's. */
function nextRequestId(): string {
  requests = (requests + 1) % 2 ** 32;
  return run + requests.toString(16).padStart(8, '0');
}

async function serve(
  { routes, logger, metrics }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const { method = 'GET', url = '/' } = request;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && requestIdForm.test(given) ? given : nextRequestId();
  const [path = '/', search = ''] = url.split('?', 2);
  let failure: unknown;
  let answer: Answer;
  try {
    answer =
      method === 'OPTIONS' && isForPages(path)
        ? preflight
        : await inTime(request, routes().find(method, path)(exchange(request, path, search)));
  } catch (error) {
    failure = error;
    metrics.errors.add(`code="${errorCode(error)}"`);
    answer = errorAnswer(error);
  }
  answer = revalidated(request, answer);
  if (isForPages(path)) answer = { ...answer, headers: { ...forPages, ...answer.headers } };
  send(response, method, id, answer);
  const ms = performance.now() - started;
  metrics.requests.add(`method="${counted.has(method) ? method : 'other'}",status="${answer.status}"`);
  metrics.answered.observe(ms / 1000);
  const line = { id, method, path, status: answer.status, ms: Math.round(ms) };
  if (answer.status >= 500) logger.error({ ...line, err: failure }, 'request failed');
  else logger.info(failure instanceof Error ? { ...line, reason: failure.message } : line, 'request');
}

function isForPages(path: string): boolean {
  return path !== '/metrics' && path !== '/healthz' && !path.startsWith('/peer/');
}

const counted = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

async function inTime(request: IncomingMessage, answer: Answer | Promise<Answer>): Promise<Answer> {
  if (!(answer instanceof Promise)) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(lateness(request)), deadlineMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function lateness({ complete }: IncomingMessage): Error {
  return complete
    ? new SequencerError('late', 'no answer in time, try again')
    : new RequestError('too-slow', 'the body did not come in time');
}

function exchange(request: IncomingMessage, path: string, search: string): Exchange {
  return {
    method: request.method ?? 'GET',
    path,
    get query() {
      return queryOf(search);
    },
    headers: request.headers,
    body: () => readBody(request),
  };
}

/** A name that comes twice has two meanings, and readers who take the first or the last would not agree. */
function queryOf(search: string): URLSearchParams {
  const query = new URLSearchParams(search);
  if (new Set(query.keys()).size < query.size)
    throw new RequestError('malformed', 'a parameter is given more than once');
  return query;
}

function readBody(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bodyCap) chunks.push(chunk);
      else refuse();
    });
    request.once('end', () => resolve(Buffer.concat(chunks, length)));
    request.once('error', (cause) =>
      reject(new RequestError('malformed', 'the body was cut off', { cause })),
    );
    const refuse = (): void => {
      // What is still coming is thrown away as it comes, for a while: see connection-guard.ts.
      chunks.length = 0;
      request.removeAllListeners('data').removeAllListeners('end').resume();
      reject(new RequestError('too-large', `the body is larger than ${bodyCap} bytes`));
    };
    if (announcesTooMuch(request)) refuse();
  });
}

function announcesTooMuch({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) > bodyCap;
}

/** RFC 9110 §13.1.2: what the client has already is not sent again. */
function revalidated(request: IncomingMessage, answer: Answer): Answer {
  const etag = answer.headers?.['etag'];
  const held = request.headers['if-none-match'];
  if (answer.status !== 200 || etag === undefined || held === undefined) return answer;
  const matches = held === '*' || held.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return matches ? { status: 304, headers: answer.headers ?? {} } : answer;
}

function send(
  response: ServerResponse,
  method: string,
  id: string,
  { status, headers, body = '' }: Answer,
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const bare = status === 204 || status === 304;
  response.writeHead(status, {
    ...everyAnswer,
    ...headers,
    ...(bare ? {} : { 'content-length': length }),
    'x-request-id': id,
  });
  response.end(method === 'HEAD' || bare ? undefined : body);
}
