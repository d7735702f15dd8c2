/** How the API refuses (RFC 9457) and whom it answers. */
import type { z } from 'zod';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { dependencies } from '../dependencies.ts';
import { problemBody } from './problem-body.ts';
import type { ProblemCode } from './problem-kinds.ts';
import { reasonOf } from './reason.ts';

export function problem(status: number, detail: string, code?: ProblemCode): Response {
  return Response.json(problemBody(dependencies().config.web.url, status, detail, code), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

/** What does not depend on who asks; front/api-front.ts lets scripts of any site read it. */
export function publicJson(value: unknown): Response {
  return Response.json(value, { headers: { 'cache-control': 'no-cache' } });
}

/** A query in which every parameter stands once and reads as `schema` says; else the reason in words. */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): { value: T } | { problem: Response } {
  const params = new URL(request.url).searchParams;
  const names = [...params.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { problem: problem(400, `${visibleText(twice, 80)}: given twice.`) };
  const read = schema.safeParse(Object.fromEntries(params));
  return read.success ? { value: read.data } : { problem: problem(400, reasonOf(read.error)) };
}

/** A JSON body that reads as `schema` says; without a body, `missing` if there is one. */
export async function readBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  missing?: unknown,
): Promise<{ value: T } | { problem: Response }> {
  const text = await request.text();
  if (text === '' && missing === undefined) return { problem: problem(400, 'A JSON body is needed.') };
  // A plain form of another site cannot send this type.
  if (text !== '' && !/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    return { problem: problem(415, 'Send application/json.') };
  let json: unknown;
  try {
    json = text === '' ? missing : JSON.parse(text, withoutNul);
  } catch {
    return { problem: problem(400, 'The body is not JSON.') };
  }
  const read = schema.safeParse(json);
  return read.success ? { value: read.data } : { problem: problem(400, reasonOf(read.error)) };
}

/** PostgreSQL keeps no text with a NUL in it. */
function withoutNul(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0')) throw new SyntaxError('a NUL');
  return value;
}

/** A freeze that the authority did not hear of is none: the caller must know. */
export async function whenAuthorityAnswers(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    // Classes differ between the bundle and open.ts, names do not.
    if ((error as Error).name !== 'FreezesError') throw error;
    return problem(503, 'The certificate authority could not be reached: nothing was changed. Try again.');
  }
}
