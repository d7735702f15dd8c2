/**
 * Connections are cheap for whoever opens them: a deadline for each part of a request, and a cap on how many there are.
 * At the cap whoever keeps us waiting longest has to go, so that one who asks and listens gets through a flood of those
 * who do neither.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface ConnectionLimits {
  /** How many there may be at once. */
  readonly most: number;
  readonly headersMs: number;
  /** Headers and body. */
  readonly requestMs: number;
  /** For whoever takes the answer. */
  readonly answerMs: number;
  /** From one request to the next. */
  readonly idleMs: number;
}

/** Proxies keep idle connections for a minute: ours end later, so that none ends under a request that is on its way. */
const usual: ConnectionLimits = {
  most: 2_048,
  headersMs: 10_000,
  requestMs: 30_000,
  answerMs: 60_000,
  idleMs: 65_000,
};
const sweepMs = 1_000;
/** A client that is cut off at once never sees its answer; one that goes on sending after it is cut off so much later. */
const unreadMs = 1_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly begun: number;
}

/** For `createServer`, or what makes one: Node looks at deadlines that often. */
export const connectionOptions = { connectionsCheckingInterval: sweepMs } as const;

/** What is said of a request that could not be read: nobody knows what was asked for, so it is a problem (RFC 9457). */
export type UnreadWords = (status: number, why: string) => object;

export function guardConnections(
  server: Server,
  limits: Partial<ConnectionLimits> = {},
  unread: UnreadWords = plainProblem,
): void {
  const { most, headersMs, requestMs, answerMs, idleMs } = { ...usual, ...limits };
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.keepAliveTimeout = idleMs;
  /** Whoever was heard last is last. */
  const open = new Map<Duplex, Exchange | undefined>();
  const begin = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    open.set(socket, { request, response, begun: performance.now() });
    response.once('close', () => {
      if (open.delete(socket) && !socket.destroyed) open.set(socket, undefined);
      if (!request.complete) setTimeout(() => request.complete || socket.destroy(), unreadMs).unref();
    });
  };
  server.on('connection', (socket) => {
    open.set(socket, undefined);
    socket.once('close', () => open.delete(socket));
    if (open.size > most) oldestThatWaits(open)?.destroy();
  });
  server.on('request', begin).on('checkContinue', begin);
  // Whoever made the server may have set one of its own, and two answers are one too many.
  server.removeAllListeners('clientError').on('clientError', (error, socket) => {
    if (open.get(socket)?.response.headersSent === true) socket.destroy();
    else refuse(error, socket, unread);
  });
  const sweep = setInterval(() => {
    const before = performance.now() - requestMs - answerMs;
    for (const [socket, exchange] of open)
      if (exchange !== undefined && exchange.begun < before) socket.destroy();
  }, sweepMs);
  sweep.unref();
  server.once('close', () => clearInterval(sweep));
}

/** Of those that are silent, or have not sent all of their request; the newest of all when there is none. */
function oldestThatWaits(open: ReadonlyMap<Duplex, Exchange | undefined>): Duplex | undefined {
  let last: Duplex | undefined;
  for (const [socket, exchange] of open) {
    if (exchange === undefined || !exchange.request.complete) return socket;
    last = socket;
  }
  return last;
}

interface Unread {
  readonly status: number;
  readonly reason: string;
  readonly why: string;
}

const unreadOf: Readonly<Record<string, Unread>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    why: 'The request did not arrive whole in time.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    why: 'The address and the header fields are together longer than is read here.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, reason: 'Content Too Large', why: 'That is too much.' },
  // RFC 9110 §9.1: a method that is not known.
  HPE_INVALID_METHOD: { status: 501, reason: 'Not Implemented', why: 'No address here takes that method.' },
};
const unreadable: Unread = { status: 400, reason: 'Bad Request', why: 'That is no HTTP request.' };

function plainProblem(status: number, why: string): object {
  return { type: 'about:blank', title: why, status, detail: why };
}

/** What could not be read as a request never reaches a handler. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex, unread: UnreadWords): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const { status, reason, why } = unreadOf[error.code ?? ''] ?? unreadable;
  const body = JSON.stringify(unread(status, why));
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'connection: close',
    'content-type: application/problem+json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
