/** Asking services from a page: no cookies, no referrer, an end to patience, and no more bytes than allowed. */
import { SourceError } from '#lib/source/log-source.ts';
import type { Send } from '#lib/sign/transport.ts';

const timeoutMs = 10_000;
const quiet = { credentials: 'omit', referrerPolicy: 'no-referrer' } as const;

export async function getBytes(url: string, maxBytes: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(url, { ...quiet, signal }).catch((cause: unknown) => {
    throw new SourceError('unreachable', 'no answer', { cause });
  });
  if (answer.status === 404) throw new SourceError('not-found', 'not found');
  if (!answer.ok) throw new SourceError('unreachable', `answered ${answer.status}`);
  const bytes = new Uint8Array(
    await answer.arrayBuffer().catch((cause: unknown) => {
      throw new SourceError('unreachable', 'the answer broke off', { cause });
    }),
  );
  if (bytes.length > maxBytes) throw new SourceError('too-large', 'the answer is longer than it may be');
  return bytes;
}

export async function getJson(url: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await getBytes(url, 4 << 20)));
}

export const send: Send = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, {
    ...quiet,
    method,
    headers: { ...headers },
    body: body === undefined ? null : new Uint8Array(body),
    signal: AbortSignal.timeout(2 * timeoutMs),
  }).catch((cause: unknown) => {
    throw new Error(`${new URL(url).host} did not answer`, { cause });
  });
  return {
    status: answer.status,
    body: new Uint8Array(await answer.arrayBuffer()),
    header: (name) => answer.headers.get(name) ?? undefined,
  };
};
