/**
 * The one way this process fetches from a log: below one address, never to another host, bounded in size and time,
 * and politely: after a failure it waits longer each time, and as long as the server asks (within reason).
 */
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { boundedBody } from './bounded-body.ts';

export interface GuardedFetchOptions {
  /** For the whole exchange, body included. */
  readonly timeoutMs?: number;
  readonly firstWaitMs?: number;
  readonly longestWaitMs?: number;
}

/** Whoever runs the log can see who asks so often. */
const userAgent = 'sigwatch-monitor/1';
const maxRedirects = 3;
/** A server may ask for a year; nobody is served by believing it. */
const longestRetryAfterMs = 60_000;

export function guardedFetch(baseUrl: string, options: GuardedFetchOptions = {}): FetchBytes {
  const { timeoutMs = 10_000, firstWaitMs = 200, longestWaitMs = 10_000 } = options;
  const base = new URL(`${baseUrl.replace(/\/+$/, '')}/`);
  let failures = 0;
  let notBefore = 0;
  let lastFailure = '';

  return async (path, maxBytes, body) => {
    if (Date.now() < notBefore) throw new SourceError('unreachable', lastFailure);
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const bytes = await ask(new URL(path, base), base.origin, { maxBytes, signal, body });
      failures = 0;
      return bytes;
    } catch (error) {
      const failure = asSourceError(error);
      if (failure.code === 'unreachable') {
        const wait = Math.min(firstWaitMs * 2 ** failures++, longestWaitMs) * (0.5 + Math.random() / 2);
        lastFailure = failure.message;
        notBefore = Date.now() + Math.max(wait, failure instanceof Wait ? failure.waitMs : 0);
      }
      throw failure;
    }
  };
}

/** The server asked to be left alone for a while. */
class Wait extends SourceError {
  readonly waitMs: number;

  constructor(status: number, waitMs: number) {
    super('unreachable', `answered ${status}`);
    this.waitMs = waitMs;
  }
}

interface Exchange {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Undefined for GET. */
  readonly body: string | undefined;
}

async function ask(url: URL, origin: string, { maxBytes, signal, body }: Exchange): Promise<Uint8Array> {
  const request =
    body === undefined
      ? { headers: { accept: '*/*', 'user-agent': userAgent } }
      : {
          method: 'POST',
          body,
          headers: { accept: '*/*', 'user-agent': userAgent, 'content-type': 'application/json' },
        };
  let at = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await fetch(at, { ...request, signal, redirect: 'manual' });
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return await readBody(response, maxBytes);
    await response.body?.cancel();
    if (!URL.canParse(location, at)) throw new SourceError('malformed', 'redirected to no address');
    at = new URL(location, at);
    if (at.origin !== origin) throw new SourceError('malformed', 'redirected to another host');
  }
  throw new SourceError('malformed', 'redirected too often');
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (!response.ok) {
    await response.body?.cancel();
    throw refusal(response);
  }
  return boundedBody(response, maxBytes, (message) => new SourceError('too-large', message));
}

function refusal({ status, headers }: Response): SourceError {
  if (status === 404 || status === 410) return new SourceError('not-found', `answered ${status}`);
  if (status !== 429 && status < 500) return new SourceError('malformed', `answered ${status}`);
  return new Wait(status, retryAfterMs(headers.get('retry-after')));
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterMs(value: string | null): number {
  const wait =
    value === null ? 0 : /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), longestRetryAfterMs);
}

/** fetch rejects with TypeError for everything below HTTP, and with the signal's reason when time is up. */
function asSourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const reason = cause instanceof Error ? cause.message : message;
  return new SourceError('unreachable', reason, { cause: error });
}
