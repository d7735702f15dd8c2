/** Stands in front of an HTTP server, and breaks one answer, or all of them, as networks and stores do. */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** What becomes of a request: `forward` sends it on, with another body if one is given. */
export type Breakage = (
  forward: (body?: Buffer) => Promise<Passed>,
  request: { method: string; body: Buffer },
) => Promise<Passed | 'cut' | { cutAfter: number; passed: Passed }>;

export interface BreakingProxy {
  readonly url: string;
  /** The next so many requests of a method are broken, the others pass. */
  breakNext(method: string, times: number, how: Breakage): void;
  mend(): void;
  close(): void;
}

export async function startBreakingProxy(target: string): Promise<BreakingProxy> {
  let plan: { method: string; times: number; how: Breakage } | undefined;
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await whole(request);
    const { method = 'GET' } = request;
    const forward = (other = body): Promise<Passed> => pass(target, request, other);
    const isBroken = plan !== undefined && plan.method === method && plan.times > 0;
    if (plan !== undefined && isBroken) plan.times--;
    const result =
      plan !== undefined && isBroken ? await plan.how(forward, { method, body }) : await forward();
    if (result === 'cut') return void response.destroy();
    const passed = 'passed' in result ? result.passed : result;
    const { 'transfer-encoding': _, connection: __, ...headers } = passed.headers;
    response.writeHead(passed.status, { ...headers, 'content-length': passed.body.length });
    if (!('passed' in result)) return void response.end(passed.body);
    response.write(passed.body.subarray(0, result.cutAfter), () => response.destroy());
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext: (method, times, how) => void (plan = { method, times, how }),
    mend: () => void (plan = undefined),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function whole(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pass(target: string, request: IncomingMessage, body: Buffer): Promise<Passed> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, 'content-length': body.length };
    const onward = ask(new URL(request.url ?? '/', target), {
      method: request.method,
      headers,
      agent: false,
    });
    onward.once('error', reject);
    onward.once('response', (response) => {
      whole(response).then(
        (got) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: got }),
        reject,
      );
    });
    onward.end(body);
  });
}
