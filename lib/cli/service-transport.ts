/** HTTP to the services of a signing: a deadline, one more try where that is harmless, no redirects to elsewhere. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Send, ServiceAnswer, ServiceRequest } from '#lib/sign/transport.ts';
import { boundedBody } from '../server/bounded-body.ts';
import { CommandError, exitCode } from './exit-codes.ts';

/** A log may wait for its next checkpoint before it answers (CLIENTS.md of Rekor v2 asks for 20 s at least). */
const patienceMs = 30_000;
const pauseMs = 1000;
const longestAnswer = 8 * 1024 * 1024;

/** Every request of a signing may be repeated: a log answers a duplicate with the entry it has. */
export const send: Send = async (request) => {
  const first = await attempt(request).catch(() => undefined);
  if (first !== undefined && first.status < 500 && first.status !== 429) return first;
  await pause(pauseMs);
  try {
    return await attempt(request);
  } catch (cause) {
    const why = cause instanceof Error ? deepest(cause).message : 'unknown error';
    throw new CommandError(exitCode.service, `no answer from ${new URL(request.url).origin}: ${why}`, {
      cause,
    });
  }
};

async function attempt({ method, url, headers, body }: ServiceRequest): Promise<ServiceAnswer> {
  const answer = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  });
  const bytes = await boundedBody(answer, longestAnswer);
  return { status: answer.status, body: bytes, header: (name) => answer.headers.get(name) ?? undefined };
}

function deepest(error: Error): Error {
  return error.cause instanceof Error ? deepest(error.cause) : error;
}
