/** How the API refuses (RFC 9457): the same words wherever it is done. */
const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal server error',
  503: 'Service unavailable',
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** One of a closed set, where an address has several reasons to refuse. */
  readonly code?: string;
}

export function problemBody(status: number, detail: string, code?: string): Problem {
  const body = { type: 'about:blank', title: titles[status] ?? 'Error', status, detail };
  return code === undefined ? body : { ...body, code };
}
