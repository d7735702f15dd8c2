/** The public API of an instance, as every stranger asks it: answers are read strictly, refusals said in their words. */
import type { z } from 'zod';
import { CommandError, exitCode } from './exit-codes.ts';
import { complaintIn, send } from './fetch-json.ts';

/** The address without a trailing slash; throws a CommandError for what is none. */
export function instanceAddress(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(exitCode.usage, `${given} is not the address of an instance`);
  }
  return given.replace(/\/+$/, '');
}

export async function askInstance<T>(url: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
  const { status, body } = await send(url, init);
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) {
    // What was asked is wrong, or the instance is in no state to answer: two things for whoever reads the exit code.
    const isOurs = status < 500 && status !== 408 && status !== 429;
    const code = isOurs ? exitCode.usage : exitCode.service;
    throw new CommandError(code, `${new URL(url).origin} answered ${status}${complaintIn(text)}`);
  }
  const read = schema.safeParse(jsonIn(text));
  if (read.success) return read.data;
  const where = read.error.issues[0]?.path.join('.') ?? '';
  throw new CommandError(exitCode.service, `${new URL(url).origin} does not answer as an instance: ${where}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface TeamAccess {
  /** Address of the instance, as instanceAddress gives it. */
  readonly instance: string;
  readonly key: string;
}

/** The same for what belongs to a team: `body` makes it a POST unless another method is said. */
export function askTeam<T>(
  { instance, key }: TeamAccess,
  path: string,
  schema: z.ZodType<T>,
  { method, body }: { method?: 'POST' | 'DELETE'; body?: object } = {},
): Promise<T> {
  return askInstance(`${instance}/api/v1/${path}`, schema, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
