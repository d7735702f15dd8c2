/** What handlers see of HTTP: a request whose body is read under a cap, and an answer that is a value. */

import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface Exchange {
  readonly method: string;
  /** Without the query, not decoded: no path of ours holds an escape. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Rejects with a RequestError `too-large` past the cap. */
  body(): Promise<Uint8Array>;
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

export type RequestErrorCode = 'malformed' | 'too-large' | 'too-slow' | 'not-found' | 'wrong-method';

/** The request is at fault; the message is for whoever sent it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The entry is in the log already, and whoever sent it is to be told so by an error. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** Where the entry is. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(where: string, headers: Readonly<Record<string, string>>) {
    super(`an equivalent entry already exists in the transparency log with ${where}`);
    this.headers = headers;
  }
}

export function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body,
  };
}
