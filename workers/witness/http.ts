/** The witness over HTTP: `POST /add-checkpoint`, and for monitors `GET /<hex sha256(origin)>/checkpoint`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { connectionOptions, guardConnections } from '#lib/server/connection-guard.ts';
import type { Logger } from '#lib/server/logger.ts';
import { addCheckpoint, type Verdict, type Witness } from './witness.ts';

/** 63 lines of proof are under 3 kB; the rest is room for the signatures of a checkpoint. */
const maxBody = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

export function witnessServer(witness: Witness, logger: Logger): Server {
  const origins = new Map([...witness.logs.keys()].map((origin) => [toHex(sha256(utf8(origin))), origin]));
  const server = createServer(connectionOptions, (request, response) => {
    answer(witness, origins, request)
      .catch((error: unknown) => {
        logger.error({ err: error }, 'witness request failed');
        return { status: 500, body: 'something went wrong on our side\n' };
      })
      .then((made) => send(request, response, made))
      .catch((error: unknown) => logger.error({ err: error }, 'witness answer failed'));
  });
  guardConnections(server, { requestMs: 15_000 });
  return server;
}

async function answer(
  witness: Witness,
  origins: ReadonlyMap<string, string>,
  request: IncomingMessage,
): Promise<Answer> {
  const path = request.url ?? '/';
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return { status: 405, body: 'POST is what this takes\n' };
    const body = await readBody(request);
    return body === undefined
      ? { status: 413, body: `the body is larger than ${maxBody} bytes\n` }
      : answerTo(await addCheckpoint(witness, body));
  }
  const [, id = ''] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path) ?? [];
  const origin = origins.get(id);
  const latest = origin === undefined ? undefined : await witness.memory.latest(origin);
  if (latest === undefined) return { status: 404, body: 'there is nothing here\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: 'GET is what this takes\n' };
  return { status: 200, body: latest.note };
}

function answerTo(verdict: Verdict): Answer {
  switch (verdict.kind) {
    case 'cosigned':
      return { status: 200, body: verdict.signatures };
    case 'conflict':
      return { status: 409, body: `${verdict.size}\n`, type: 'text/x.tlog.size' };
    case 'malformed':
      return { status: 400, body: `${verdict.reason}\n` };
    case 'untrusted':
      return { status: 403, body: `${verdict.reason}\n` };
    case 'unknown-origin':
      return { status: 404, body: `${verdict.reason}\n` };
    case 'inconsistent':
      return { status: 422, body: `${verdict.reason}\n` };
  }
}

/** Undefined past the cap; the rest of such a body is let go by. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= maxBody) parts.push(part);
    else if (length > 16 * maxBody) return undefined;
  }
  return length > maxBody ? undefined : new Uint8Array(Buffer.concat(parts, length));
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, type }: Answer): void {
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeIdleConnections();
  });
}
