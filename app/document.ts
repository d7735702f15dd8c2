/**
 * A response is held back until it is whole, then sent as what it is: a document. Next.js would have every page load its
 * client runtime (over 130 kB) to do nothing, as no page here has a client component; those tags are dropped, and the
 * policy in security-headers.ts refuses script in any case. Scripts of our own that the page asks for are put in here
 * (client-scripts.ts). Also the place of compression, and of the page shown in place of a failure's empty shell.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { withFonts } from './built-files.ts';
import { scriptsOf, withScripts, type ClientScript } from './client-scripts.ts';
import { statusIn } from './ui/refused.tsx';
import { withWord, type Visit } from './visit.ts';

export interface Document {
  readonly shape: (html: string, status: number) => string;
  /** The content security policy of a page that runs these scripts. */
  readonly policy: (scripts: readonly ClientScript[], nonce: string) => string;
  /** For programs: what is said of a failure that the answer itself does not say as a problem (RFC 9457). */
  readonly problem?: (status: number) => string;
  /** Of the mailed link that leads to this page: what its forms carry. */
  readonly visit?: Visit | undefined;
  /** If-None-Match of the request. */
  readonly knownTag?: string | undefined;
}

export interface LastingFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly brotli: () => Buffer;
}

export function sendWhole(request: IncomingMessage, response: ServerResponse, document: Document): void {
  const chunks: Buffer[] = [];
  const { end, write, writeHead, flushHeaders } = response;
  const acceptEncoding = String(request.headers['accept-encoding'] ?? '');
  const { method } = request;
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
    const body = finish(response, Buffer.concat(chunks), acceptEncoding, document);
    Object.assign(response, { end, write, writeHead, flushHeaders });
    response.end(method === 'HEAD' || body.length === 0 ? undefined : body);
    told(rest);
    return response;
  }) as ServerResponse['end'];
}

function finish(response: ServerResponse, given: Buffer, acceptEncoding: string, document: Document): Buffer {
  const body = orProblem(response, given, document);
  const type = String(response.getHeader('content-type') ?? '');
  // The framework's own is of requests that never reach it.
  if (isCompressible(type)) response.setHeader('vary', 'Accept-Encoding');
  else response.removeHeader('vary');
  // Of the framework's own preloads; other answers lead on with it.
  if (type.startsWith('text/html')) response.removeHeader('link');
  if (body.length === 0) return body;
  if (type.startsWith('application/json') && isUnchanged(response, body, document.knownTag))
    return Buffer.alloc(0);
  const whole = type.startsWith('text/html') ? Buffer.from(page(response, body.toString(), document)) : body;
  const sent = isCompressible(type) ? compressed(response, whole, acceptEncoding) : whole;
  response.setHeader('content-length', sent.length);
  return sent;
}

function isCompressible(type: string): boolean {
  return /^(?:text\/|application\/json|application\/problem|application\/(?:atom|feed)\+|image\/svg)/.test(
    type,
  );
}

function orProblem(response: ServerResponse, body: Buffer, { problem }: Document): Buffer {
  const isProblem = String(response.getHeader('content-type') ?? '').startsWith('application/problem+json');
  if (problem === undefined || response.statusCode < 400 || isProblem) return body;
  response.setHeader('content-type', 'application/problem+json');
  response.setHeader('cache-control', 'no-store');
  return Buffer.from(problem(response.statusCode));
}

/** What may be kept is named by its content; who has it already is told so. Weak: it is compressed or not. */
function isUnchanged(response: ServerResponse, body: Buffer, knownTag: string | undefined): boolean {
  const kept = !/no-store/.test(String(response.getHeader('cache-control') ?? 'no-store'));
  if (response.statusCode !== 200 || !kept) return false;
  const tag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  response.setHeader('etag', tag);
  if (knownTag?.split(/\s*,\s*/).includes(tag) !== true) return false;
  response.statusCode = 304;
  response.removeHeader('content-type');
  return true;
}

function page(response: ServerResponse, html: string, { shape, policy, visit }: Document): string {
  const shaped = shape(withoutScript(html), response.statusCode);
  response.statusCode = statusIn(shaped) ?? response.statusCode;
  const bare = ofVisit(response, withFonts(shaped), visit);
  const scripts = scriptsOf(bare);
  if (scripts.length === 0) return bare;
  const nonce = randomBytes(18).toString('base64');
  response.setHeader('content-security-policy', policy(scripts, nonce));
  return withScripts(bare, scripts, nonce);
}

function ofVisit(response: ServerResponse, html: string, visit: Visit | undefined): string {
  const worded = visit && withWord(html, visit);
  if (worded === undefined) return html;
  if (visit?.cookie !== undefined) response.appendHeader('set-cookie', visit.cookie);
  return worded;
}

/** What never changes is worth the best compression, made once. */
export function sendLasting(request: IncomingMessage, response: ServerResponse, file: LastingFile): void {
  const brotli = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = brotli ? file.brotli() : file.bytes;
  response.setHeader('content-type', file.type);
  response.setHeader('cache-control', 'public, max-age=31536000, immutable');
  response.setHeader('vary', 'Accept-Encoding');
  if (brotli) response.setHeader('content-encoding', 'br');
  response.setHeader('content-length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** React escapes `<` in every text, so these tags are the framework's own. */
export function withoutScript(html: string): string {
  return html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/<link rel="preload" as="script"[^>]*>/g, '');
}

function compressed(response: ServerResponse, body: Buffer, acceptEncoding: string): Buffer {
  // RFC 9111 §5.2.2.6: somebody counts on these very bytes.
  const isFixed = /\bno-transform\b/.test(String(response.getHeader('cache-control') ?? ''));
  if (body.length < 1024 || isFixed) return body;
  const encoding = /\bbr\b/.test(acceptEncoding)
    ? 'br'
    : /\bgzip\b/.test(acceptEncoding)
      ? 'gzip'
      : undefined;
  if (encoding === undefined) return body;
  response.setHeader('content-encoding', encoding);
  return encoding === 'gzip'
    ? gzipSync(body)
    : brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
