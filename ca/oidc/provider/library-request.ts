/**
 * Requests as the library wants them. sigstore-python names its public client by HTTP Basic with an empty secret, which
 * RFC 6749 §2.3.1 has no place for: that is said again as a client_id parameter. The links the library makes come from
 * the configured issuer, never from Host or X-Forwarded-*.
 */
import { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** The library reads the path below its mount point in `url` and the whole one in `originalUrl`. */
type MountedMessage = IncomingMessage & { originalUrl?: string };

export function forLibrary(request: FastifyRequest, issuer: URL): IncomingMessage {
  const given = request.raw;
  const message: MountedMessage = new IncomingMessage(given.socket);
  const originalUrl = given.url ?? '/';
  message.method = given.method;
  message.httpVersion = given.httpVersion;
  message.originalUrl = originalUrl;
  message.url = originalUrl.replace(/^\/oidc/, '').replace(/^\/device\?.*$/, '/device') || '/';
  message.headers = headersFor(given.headers, issuer);
  const body = formBody(request, message.headers);
  if (body !== undefined) {
    message.headers['content-length'] = String(Buffer.byteLength(body));
    message.push(body);
  }
  message.push(null);
  // Node closes the connection of a message that was not complete when it is done with.
  message.complete = true;
  return message;
}

/** The whole path of a request that forLibrary made. */
export function mountedPath(message: MountedMessage): string {
  return message.originalUrl ?? '/';
}

function headersFor(given: IncomingMessage['headers'], issuer: URL): IncomingMessage['headers'] {
  const { 'x-forwarded-host': _host, 'x-forwarded-for': _for, forwarded: _forwarded, ...headers } = given;
  delete headers['transfer-encoding'];
  return { ...headers, host: issuer.host, 'x-forwarded-proto': issuer.protocol.slice(0, -1) };
}

function formBody(request: FastifyRequest, headers: IncomingMessage['headers']): string | undefined {
  const body = typeof request.body === 'string' ? request.body : undefined;
  const client = clientWithoutSecret(headers.authorization);
  if (body === undefined || client === undefined) return body;
  delete headers.authorization;
  const named = new URLSearchParams(body).getAll('client_id');
  return named.includes(client)
    ? body
    : `${body}${body === '' ? '' : '&'}client_id=${encodeURIComponent(client)}`;
}

/** The client of an Authorization header whose secret is empty. */
function clientWithoutSecret(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [, client] = /^([^:]+):$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (client === undefined) return undefined;
  try {
    return decodeURIComponent(client);
  } catch {
    return undefined;
  }
}
