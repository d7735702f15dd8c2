/** Who asks: the connection, or what our own proxies say of it; all else in a header can be written by anyone. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** `proxyHops`: each of that many proxies appended the address it was asked from to X-Forwarded-For. */
export function clientAddress(request: IncomingMessage, proxyHops = 0): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
  const told = proxyHops === 0 ? undefined : forwarded.at(-proxyHops)?.trim();
  const address = told !== undefined && isIP(told) !== 0 ? told : (request.socket.remoteAddress ?? 'unknown');
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** True for a browser on this very machine, not for a stranger behind a proxy on it, nor for a name that was pointed here. */
export function isOwnMachine(request: IncomingMessage, publicUrl: string): boolean {
  const address = clientAddress(request);
  if (address !== '::1' && !address.startsWith('127.')) return false;
  if (proxyHeaders.some((name) => request.headers[name] !== undefined)) return false;
  const asked = `http://${request.headers.host ?? ''}`;
  if (!URL.canParse(asked)) return false;
  const { hostname } = new URL(asked);
  return ownNames.has(hostname) || hostname === new URL(publicUrl).hostname;
}
