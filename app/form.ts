/** What forms send, and how pages are answered after a press. */
import type { z } from 'zod';

/**
 * Undefined unless the body is a form in which every field stands once and reads as `schema` says. At an address that holds
 * a mailed secret it must be the form of the page that this very browser opened (visit.ts).
 */
export async function readForm<T>(request: Request, schema: z.ZodType<T>): Promise<T | undefined> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return undefined;
  const fields = new URLSearchParams(await request.text());
  // No person types it, and PostgreSQL keeps no text with it.
  if ([...fields.values()].some((value) => value.includes('\0'))) return undefined;
  if (new Set(fields.keys()).size !== [...fields.keys()].length) return undefined;
  if (new URL(request.url).searchParams.has('token')) {
    const word = fields.get('word') ?? '';
    if (word === '' || word !== request.headers.get('x-sigwatch-word')) return undefined;
    fields.delete('word');
  }
  return schema.safeParse(Object.fromEntries(fields)).data;
}

/**
 * A mail program that stops mails for its owner, in either form that browsers send (RFC 8058 §3.1). It has opened no page:
 * that this needs no word is the purpose of it, and all that it can do is stop mails.
 */
export async function isOneClick(request: Request): Promise<boolean> {
  const type = request.headers.get('content-type')?.toLowerCase() ?? '';
  const isMultipart = type.startsWith('multipart/form-data');
  const fields = isMultipart ? await request.formData().catch(() => undefined) : undefined;
  const given = fields ?? new URLSearchParams(isMultipart ? '' : await request.text());
  return given.get('List-Unsubscribe') === 'One-Click';
}

export function stopped(): Response {
  return new Response('Stopped.\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** Back to a page that can be loaded again without doing anything again. The path is ours; relative, so no Host header counts. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } });
}

/** Back to the page of a form with what was typed, for that page to say what is wrong with it. */
export function withTyped(path: string, typed: Readonly<Record<string, string>>): string {
  const kept = Object.entries(typed).map(([name, text]) => [name, text.slice(0, 512)]);
  return `${path}?${new URLSearchParams(kept).toString()}`;
}

/** What stands in the query of a page, as it was typed. */
export function typedIn(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value.slice(0, 2048) : '';
}

/** Back to the page of a mailed link, where the press can be made by whoever reads it; the page says why. */
export function askAgain(path: string): Response {
  return seeOther(`${path}&again=yes`);
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
