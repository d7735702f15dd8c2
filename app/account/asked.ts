/** How pages, presses and API routes meet the caller, and how a refusal is answered: AccountError to HTTP, once. */
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import type { z } from 'zod';
import { problem } from '../api/problem.ts';
import { dependencies } from '../dependencies.ts';
import { readForm, seeOther } from '../form.ts';
import { readCaller, requireScope, requireTeam, type Caller, type TeamOfCaller } from './caller.ts';
import { AccountError, type AccountCode } from './account-error.ts';
import type { Role, Scope } from './roles.ts';

const statuses: Readonly<Record<AccountCode, number>> = {
  'not-signed-in': 401,
  'not-found': 404,
  forbidden: 403,
  'missing-scope': 403,
  invalid: 400,
  spent: 400,
  'too-many': 429,
  conflict: 409,
  'nothing-to-undo': 409,
};

/** For a page that says something to strangers as well. */
export async function visitor(): Promise<Caller | undefined> {
  return readCaller(dependencies(), await headers(), 'page');
}

/** For a page of people who are signed in; a stranger is led to sign in and back to `path`. */
export async function callerOfPage(path: string): Promise<Caller> {
  return (await visitor()) ?? redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

/** For a page of one team: whoever is not in it, with that role, finds no such page. */
export function teamOfPage(caller: Caller, teamId: string, role: Role = 'viewer'): TeamOfCaller {
  try {
    return requireTeam(caller, teamId, role);
  } catch (error) {
    if (error instanceof AccountError) notFound();
    throw error;
  }
}

/** For a page of one thing: what the caller may not see is no such page. */
export async function orNotFound<T>(found: Promise<T>): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof AccountError) notFound();
    throw error;
  }
}

/** For press/route.ts: reads the form, does the act for the person of the cookie, leads to the path it returns. */
export async function press<T>(
  request: Request,
  schema: z.ZodType<T>,
  act: (caller: Caller, form: T) => Promise<string | Response>,
): Promise<Response> {
  const caller = await readCaller(dependencies(), request.headers, 'page');
  if (caller === undefined) return seeOther('/sign-in');
  return answerPress(request, schema, (form) => act(caller, form));
}

/** The same for presses of strangers. */
export async function answerPress<T>(
  request: Request,
  schema: z.ZodType<T>,
  act: (form: T) => Promise<string | Response>,
): Promise<Response> {
  try {
    const form = await readForm(request, schema);
    if (form === undefined) throw new AccountError('invalid', notReadable(request));
    const answer = await act(form);
    return typeof answer === 'string' ? seeOther(answer) : answer;
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return refusedPress(request, statuses[error.code], error.message);
  }
}

/** What a press that is refused leads to: the page that says why, in the colours of its reader, with the way back. */
export function refusedPress(request: Request, status: number, why: string): Response {
  const asked = {
    status,
    cookie: request.headers.get('cookie'),
    path: request.headers.get('x-sigwatch-path') ?? '/',
    wasPressed: status !== 404,
  };
  return new Response(dependencies().refusalPage(headings[status] ?? 'Not possible', why, asked), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function notReadable(request: Request): string {
  if (!new URL(request.url).searchParams.has('token')) return 'The form did not arrive whole.';
  return 'Nothing was changed: the button was not pressed on the page as this browser opened it. Open the link of the mail again and press it there, with cookies allowed for this site.';
}

const headings: Readonly<Record<number, string>> = {
  400: 'Not done',
  403: 'Not yours to do',
  404: 'Nothing here',
  409: 'Not like that',
  429: 'Too often',
};

/** For an API route of people: needs a key with `scope`; undefined where any key will do. */
export async function answerApi(
  request: Request,
  scope: Scope | undefined,
  act: (caller: Caller) => Promise<Response>,
): Promise<Response> {
  return answerProgram(async () => {
    const caller = await readCaller(dependencies(), request.headers, 'api');
    if (caller === undefined) throw new AccountError('not-signed-in', 'An API key is needed.');
    if (scope !== undefined) requireScope(caller, scope);
    return await act(caller);
  });
}

/** For an API route that knows its caller in another way, or not at all. */
export async function answerProgram(act: () => Promise<Response>): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    const code = error.code === 'nothing-to-undo' ? error.code : undefined;
    const answer = problem(statuses[error.code], error.message, code);
    if (error.code === 'not-signed-in') answer.headers.set('www-authenticate', 'Bearer realm="sigwatch"');
    return answer;
  }
}

/** Answers that belong to one team: kept by nobody in between. */
export function privateJson(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store' } });
}
