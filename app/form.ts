/** What forms send, and how pages are answered after a press. */
import type { z } from 'zod';

/** Undefined unless the body is a form in which every field stands once and reads as `schema` says. */
export async function readForm<T>(request: Request, schema: z.ZodType<T>): Promise<T | undefined> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return undefined;
  const fields = new URLSearchParams(await request.text());
  // No person types it, and PostgreSQL keeps no text with it.
  if ([...fields.values()].some((value) => value.includes('\0'))) return undefined;
  if (new Set(fields.keys()).size !== [...fields.keys()].length) return undefined;
  return schema.safeParse(Object.fromEntries(fields)).data;
}

/** Back to a page that can be loaded again without doing anything again. The path is ours; relative, so no Host header counts. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } });
}

/** The query's token, when there is exactly one of a token's form. */
export function tokenOf(value: string | string[] | undefined | null): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{16,128}$/.test(value) ? value : undefined;
}

export function tokenIn(request: Request): string | undefined {
  const all = new URL(request.url).searchParams.getAll('token');
  return all.length === 1 ? tokenOf(all[0]) : undefined;
}

const mostTokens = 10;

/** Several, each of which stands for what it stands for alone. */
export function tokensOf(values: readonly (string | null)[]): string[] {
  const tokens = values.flatMap((value) => tokenOf(value) ?? []);
  return tokens.length <= mostTokens ? [...new Set(tokens)] : [];
}

/** Answers after at least this long, so that what was done cannot be told from how long it took. */
export async function noSoonerThan<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const floor = new Promise<void>((passed) => {
    setTimeout(passed, milliseconds);
  });
  const [result] = await Promise.all([work, floor]);
  return result;
}
