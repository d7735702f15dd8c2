/** Posts JSON to the log over connections kept open: a connection a certificate would cost more than the certificate. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { IssuanceError } from './issuance-error.ts';

/** Resolves with the parsed answer; throws an IssuanceError when there is none in time or it is not a success. */
export type JsonPost = (url: string, body: object) => Promise<unknown>;

export interface JsonPoster {
  readonly post: JsonPost;
  close(): void;
}

export interface JsonPostOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export function jsonPoster({ timeoutMs, maxBytes }: JsonPostOptions): JsonPoster {
  const kept = { keepAlive: true, maxSockets: 256, maxFreeSockets: 64 };
  const [http, https] = [new HttpAgent(kept), new HttpsAgent(kept)];
  const send = (url: string, body: string): Promise<IncomingMessage> =>
    new Promise((done, fail) => {
      const isTls = url.startsWith('https:');
      const outgoing = (isTls ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: isTls ? https : http,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.timeout(timeoutMs),
      });
      outgoing.once('response', done).once('error', fail).end(body);
    });
  return {
    post: async (url, body) => {
      const { status, text } = await answer(send(url, JSON.stringify(body)), maxBytes);
      if (status === 200) return parse(text);
      if (status >= 500 || status === 429) throw unavailable(`it answers ${status}`);
      throw new IssuanceError('log-refused', `The log refuses the precertificate with ${status}.`);
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

async function answer(
  sent: Promise<IncomingMessage>,
  maxBytes: number,
): Promise<{ status: number; text: string }> {
  try {
    const response = await sent;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes)
        throw new IssuanceError('log-answer-invalid', 'The answer of the log is too large.');
      chunks.push(chunk);
    }
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
  } catch (cause) {
    if (cause instanceof IssuanceError) throw cause;
    throw unavailable('it cannot be reached', cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new IssuanceError('log-answer-invalid', 'The answer of the log is not JSON.', { cause });
  }
}

function unavailable(why: string, cause?: unknown): IssuanceError {
  return new IssuanceError('log-unavailable', `The log does not take the precertificate: ${why}.`, { cause });
}
