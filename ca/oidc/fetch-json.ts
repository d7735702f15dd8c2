/** Fetches a small JSON document of an issuer: capped in size and time, and never led to another host by a redirect. */

export class FetchJsonError extends Error {
  override readonly name = 'FetchJsonError';
}

export interface FetchLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const mostRedirects = 3;

export async function fetchJson(address: string, limits: FetchLimits): Promise<unknown> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await follow(new URL(address), signal);
    return JSON.parse(await readCapped(response, limits.maxBytes)) as unknown;
  } catch (cause) {
    if (cause instanceof FetchJsonError) throw cause;
    throw new FetchJsonError(`${address}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
  }
}

async function follow(start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json' },
    });
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      throw new FetchJsonError(`${url.href} answers ${response.status}`);
    }
    const target = new URL(location, url);
    // Another host, port or scheme could be anything inside the network.
    if (target.origin !== start.origin) throw new FetchJsonError(`${url.href} redirects to another host`);
    url = target;
  }
  throw new FetchJsonError(`${start.href} redirects too often`);
}

async function readCapped(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new FetchJsonError('answer too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
