/**
 * A response is held back until it is whole, then sent as what it is: a document. Next.js would have every page load its
 * client runtime (over 130 kB) to do nothing, as no page here has a client component; those tags are dropped, and the
 * policy in security-headers.ts refuses script in any case. The one script of our own is put in here (client-script.ts). Also the place of compression, and of the page shown in
 * place of a failure's empty shell.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { withClientScript } from './client-script.ts';

type Whole = (html: string, status: number) => string;

export function sendWhole(request: IncomingMessage, response: ServerResponse, shape: Whole): void {
  const chunks: Buffer[] = [];
  const { end, write, writeHead, flushHeaders } = response;
  const acceptEncoding = String(request.headers['accept-encoding'] ?? '');
  const keep = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encodingOf(encoding)));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const told = (args: unknown[]) => {
    for (const arg of args) if (typeof arg === 'function') arg();
  };
  response.flushHeaders = () => undefined;
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    response.statusCode = status;
    const headers = rest.find((argument) => typeof argument === 'object' && argument !== null) ?? {};
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
    return response;
  }) as ServerResponse['writeHead'];
  response.write = ((chunk: unknown, ...rest: unknown[]) => {
    keep(chunk, rest[0]);
    told(rest);
    return true;
  }) as ServerResponse['write'];
  response.end = ((...rest: unknown[]) => {
    keep(rest[0], rest[1]);
    const body = finish(response, Buffer.concat(chunks), acceptEncoding, shape);
    Object.assign(response, { end, write, writeHead, flushHeaders });
    response.end(request.method === 'HEAD' || body.length === 0 ? undefined : body);
    told(rest);
    return response;
  }) as ServerResponse['end'];
}

function finish(response: ServerResponse, body: Buffer, acceptEncoding: string, shape: Whole): Buffer {
  const type = String(response.getHeader('content-type') ?? '');
  response.removeHeader('link');
  if (body.length === 0) return body;
  const whole = type.startsWith('text/html')
    ? Buffer.from(withClientScript(shape(withoutScript(body.toString()), response.statusCode)))
    : body;
  const sent =
    /^(?:text\/|application\/json|application\/problem|application\/(?:atom|feed)\+|image\/svg)/.test(type)
      ? compressed(response, whole, acceptEncoding)
      : whole;
  response.setHeader('content-length', sent.length);
  return sent;
}

/** React escapes `<` in every text, so these tags are the framework's own. */
export function withoutScript(html: string): string {
  return html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/<link rel="preload" as="script"[^>]*>/g, '');
}

function compressed(response: ServerResponse, body: Buffer, acceptEncoding: string): Buffer {
  if (body.length < 1024) return body;
  const encoding = /\bbr\b/.test(acceptEncoding)
    ? 'br'
    : /\bgzip\b/.test(acceptEncoding)
      ? 'gzip'
      : undefined;
  response.setHeader('vary', 'Accept-Encoding');
  if (encoding === undefined) return body;
  response.setHeader('content-encoding', encoding);
  return encoding === 'gzip'
    ? gzipSync(body)
    : brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
