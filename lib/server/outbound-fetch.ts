/**
 * The one way to an address that a person gave us. Only https on port 443 or 8443; the name is resolved here, every
 * address it has must be a public one, and the connection goes to the address that was checked, so that a name cannot
 * change its mind in between. No redirect is followed; time, size and headers are bounded. It says why it failed in codes
 * that tell nothing of the network behind us.
 */
import { lookup } from 'node:dns/promises';
import { request, type RequestOptions } from 'node:https';
import { request as plainRequest } from 'node:http';
import { isIP } from 'node:net';
import { portOf, type OwnPlaces } from './own-places.ts';
import { isPublicAddress } from './public-address.ts';

export type OutboundCode =
  'bad-url' | 'forbidden-address' | 'this-instance' | 'unreachable' | 'timeout' | 'too-large';

export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundCode;

  constructor(code: OutboundCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface OutboundPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

export interface OutboundText {
  readonly status: number;
  /** At most 64 KiB of it. */
  readonly text: string;
}

export interface OutboundOptions {
  readonly timeoutMs?: number;
  /** For a demonstration on one machine: http and loopback addresses, on any port, are allowed as well. */
  readonly allowLoopback?: boolean;
  /** Never led to, allowed or not. */
  readonly own?: OwnPlaces;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const ports: ReadonlySet<string> = new Set(['', '443', '8443']);
const largestAnswer = 64 * 1024;

/** Checked when a person enters it, and again at every delivery. Throws OutboundError. */
export function readOutboundUrl(text: string, allowLoopback = false, own?: OwnPlaces): URL {
  const refuse = (why: string): never => {
    throw new OutboundError('bad-url', why);
  };
  if (text.length > 2048 || /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text))
    return refuse('is not an address');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return refuse('must hold no name and password');
  const isOwnPort = isLoopbackHost(url.hostname) && own?.ports.has(portOf(text) ?? '') === true;
  if (isOwnPort || own?.origins.has(url.origin) === true)
    throw new OutboundError('this-instance', 'must not lead to this instance itself');
  if (allowLoopback && isLoopbackHost(url.hostname) && /^https?:$/.test(url.protocol)) return url;
  if (url.protocol !== 'https:') return refuse('must begin with https://');
  if (!ports.has(url.port)) return refuse('must use port 443 or 8443');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // What a name leads to is seen at delivery; of these it is plain at once.
  if (isLoopbackHost(url.hostname) || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw new OutboundError('forbidden-address', 'must be on the public internet');
  return url;
}

export async function postOutbound(
  { url, headers, body }: OutboundPost,
  options: OutboundOptions = {},
): Promise<OutboundAnswer> {
  const { status, retryAfter } = await exchange({ method: 'POST', url, headers, body }, options);
  return { status, retryAfter };
}

/** What stands at an address, read as text. */
export async function getOutbound(url: string, options: OutboundOptions = {}): Promise<OutboundText> {
  const headers = { accept: 'text/*, application/json', 'user-agent': 'sigwatch' };
  const { status, text } = await exchange({ method: 'GET', url, headers, body: '' }, options);
  return { status, text };
}

interface Sent extends OutboundPost {
  readonly method: 'GET' | 'POST';
}

async function exchange(sent: Sent, options: OutboundOptions): Promise<OutboundAnswer & OutboundText> {
  const { timeoutMs = 10_000, allowLoopback = false, own, resolve = resolveAll } = options;
  const url = readOutboundUrl(sent.url, allowLoopback, own);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.timeout(timeoutMs);
  const addresses = await withSignal(resolve(host), signal);
  const loopback = allowLoopback && isLoopbackHost(url.hostname);
  if (addresses.length === 0) throw new OutboundError('unreachable', 'the name has no address');
  // All of them: which one is dialled must not decide.
  if (!loopback && !addresses.every(isPublicAddress))
    throw new OutboundError('forbidden-address', 'the name leads to an address that is not public');
  return send(url, addresses[0] ?? '', sent, signal);
}

function send(
  url: URL,
  address: string,
  { method, headers, body }: Sent,
  signal: AbortSignal,
): Promise<OutboundAnswer & OutboundText> {
  const options: RequestOptions = {
    method,
    signal,
    agent: false,
    headers: method === 'GET' ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    maxHeaderSize: 16_384,
    // The checked address, whatever the name says by now; the certificate is still checked against the name.
    lookup: (_host, { all }, done) => {
      const family = address.includes(':') ? 6 : 4;
      if (all === true)
        (done as (error: null, all: { address: string; family: number }[]) => void)(null, [
          { address, family },
        ]);
      else done(null, address, family);
    },
  };
  return new Promise((resolve, reject) => {
    const dial = url.protocol === 'https:' ? request : plainRequest;
    const failed = (error: unknown): void => reject(asOutboundError(error, signal));
    const outgoing = dial(url, options, (response) => {
      let length = 0;
      const parts: Buffer[] = [];
      response.on('error', failed);
      response.on('data', (part: Buffer) => {
        length += part.length;
        parts.push(part);
        if (length > largestAnswer)
          response.destroy(new OutboundError('too-large', 'the answer is too long'));
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new OutboundError('timeout', 'took too long'));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, (error: unknown) => reject(asOutboundError(error, signal)));
  });
}

function asOutboundError(error: unknown, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError('timeout', 'took too long', { cause: error });
  return new OutboundError('unreachable', 'could not be reached', { cause: error });
}
