/** How the API refuses (RFC 9457) and whom it answers. */
import type { z } from 'zod';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  415: 'Unsupported media type',
  429: 'Too many requests',
  503: 'Service unavailable',
};

export function problem(status: number, detail: string): Response {
  return Response.json(
    { type: 'about:blank', title: titles[status] ?? 'Error', status, detail },
    {
      status,
      headers: { ...openToAll, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    },
  );
}

/** What is public may be read by any site's script; nothing here depends on who asks. */
export const openToAll = { 'access-control-allow-origin': '*' } as const;

export function publicJson(value: unknown): Response {
  return Response.json(value, { headers: { ...openToAll, 'cache-control': 'no-cache' } });
}

/** A query in which every parameter stands once and reads as `schema` says; else the reason in words. */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): { value: T } | { problem: Response } {
  const params = new URL(request.url).searchParams;
  const names = [...params.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { problem: problem(400, `${twice}: given twice`) };
  const read = schema.safeParse(Object.fromEntries(params));
  return read.success ? { value: read.data } : { problem: problem(400, reasonOf(read.error)) };
}

export function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'does not read'}`;
}
