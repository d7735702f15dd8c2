/** Fetches a small JSON document of an issuer: capped in size and time, and never led to another host by a redirect. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

class FetchJsonError extends Error {
  override readonly name = 'FetchJsonError';
}

export interface FetchLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const mostRedirects = 3;

export interface FetchRequest {
  /** The only authority whose word counts about who is at the other end; undefined: those the world trusts. */
  readonly caCert?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Posted; what is posted follows no redirect. */
  readonly form?: URLSearchParams;
}

export async function fetchJson(
  address: string,
  limits: FetchLimits,
  request: FetchRequest = {},
): Promise<unknown> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await follow(new URL(address), signal, request);
    return JSON.parse(await readCapped(response, limits.maxBytes)) as unknown;
  } catch (cause) {
    if (cause instanceof FetchJsonError) throw cause;
    throw new FetchJsonError(`${address}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
  }
}

async function follow(start: URL, signal: AbortSignal, request: FetchRequest): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await send(url, signal, request);
    const { statusCode: status = 0, headers } = response;
    if (status >= 200 && status <= 299) return response;
    response.destroy();
    if (status < 300 || status > 399 || headers.location === undefined || request.form !== undefined) {
      throw new FetchJsonError(`${url.href} answers ${status}`);
    }
    const target = new URL(headers.location, url);
    // Another host, port or scheme could be anything inside the network.
    if (target.origin !== start.origin) throw new FetchJsonError(`${url.href} redirects to another host`);
    url = target;
  }
  throw new FetchJsonError(`${start.href} redirects too often`);
}

/** Node's fetch cannot be given an authority, so this is its older way. */
function send(url: URL, signal: AbortSignal, request: FetchRequest): Promise<IncomingMessage> {
  const { caCert: ca, form } = request;
  const body = form?.toString();
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { accept: 'application/json', ...type, ...request.headers };
  const options = { signal, headers, agent: false as const, method: body === undefined ? 'GET' : 'POST' };
  return new Promise((done, fail) => {
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) })
        : httpRequest(url, options);
    outgoing.once('response', done).once('error', fail).end(body);
  });
}

async function readCapped(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new FetchJsonError('answer too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
