/** Fetches a small JSON document of an issuer: capped in size and time, and never led to another host by a redirect. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export class FetchJsonError extends Error {
  override readonly name = 'FetchJsonError';
}

export interface FetchLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const mostRedirects = 3;

/** `caCert`: the only authority whose word counts about who is at the other end; undefined: those the world trusts. */
export async function fetchJson(address: string, limits: FetchLimits, caCert?: string): Promise<unknown> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await follow(new URL(address), signal, caCert);
    return JSON.parse(await readCapped(response, limits.maxBytes)) as unknown;
  } catch (cause) {
    if (cause instanceof FetchJsonError) throw cause;
    throw new FetchJsonError(`${address}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
  }
}

async function follow(start: URL, signal: AbortSignal, caCert: string | undefined): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await get(url, signal, caCert);
    const { statusCode: status = 0, headers } = response;
    if (status >= 200 && status <= 299) return response;
    response.destroy();
    if (status < 300 || status > 399 || headers.location === undefined) {
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
function get(url: URL, signal: AbortSignal, ca: string | undefined): Promise<IncomingMessage> {
  const options = { signal, headers: { accept: 'application/json' }, agent: false as const };
  return new Promise((done, fail) => {
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) })
        : httpRequest(url, options);
    outgoing.once('response', done).once('error', fail).end();
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
