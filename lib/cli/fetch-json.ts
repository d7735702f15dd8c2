/** HTTP for commands: one deadline, one cap, one sentence when it does not work. Addresses come from whoever runs us. */
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { boundedBody } from '../server/bounded-body.ts';
import { CommandError, exitCode } from './exit-codes.ts';

const longestAnswer = 8 * 1024 * 1024;
const patienceMs = 30_000;

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Any status; throws a CommandError when there is no answer at all. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
    const body = await boundedBody(answer, longestAnswer);
    return { status: answer.status, body };
  } catch (cause) {
    const why = cause instanceof Error ? (deepest(cause).message ?? cause.message) : 'unknown error';
    throw new CommandError(exitCode.service, `no answer from ${new URL(url).origin}: ${why}`, { cause });
  }
}

export async function fetchJson(url: string, init: RequestInit = {}): Promise<unknown> {
  const { status, body } = await send(url, init);
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) {
    throw new CommandError(exitCode.service, `${url} answered ${status}${complaintIn(text)}`);
  }
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw new CommandError(exitCode.service, `${url} did not answer with JSON, or named a member twice`, {
      cause,
    });
  }
}

/** What services put into an error: `{"message"}`, or `{"detail"}` (RFC 9457). */
export function complaintIn(text: string): string {
  try {
    const { message, detail } = Object(JSON.parse(text)) as { message?: unknown; detail?: unknown };
    const found = message ?? detail;
    return typeof found === 'string' && found !== '' ? `: ${found}` : '';
  } catch {
    return '';
  }
}

function deepest(error: Error): Error {
  return error.cause instanceof Error ? deepest(error.cause) : error;
}
