/**
 * The headers of every response, errors included. Pages show text that strangers wrote, so they run no script at all:
 * nothing that slips through the escaping could act. A page with a script of ours names it by a nonce of this response.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { ClientScript } from './client-scripts.ts';

export interface Policy {
  readonly https: boolean;
  /** Origin of our certificate authority. */
  readonly authority: string;
}

export function securityHeaders(policy: Policy, url: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(policy, url),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': url.startsWith('/api/v1/') ? 'cross-origin' : 'same-origin',
    // An address with a token or a login's code must not travel to another site, nor back to us in a later request.
    'referrer-policy': /[?&](?:token|code)=/.test(url) ? 'no-referrer' : 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(policy.https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
}

export function contentSecurityPolicy(
  { https, authority }: Policy,
  url: string,
  scripts: readonly ClientScript[] = [],
  nonce = '',
): string {
  // The demo mailbox shows mails as they are, in a sandboxed frame that inherits this policy; mails style themselves.
  const style = /^\/mailbox(?:[/?]|$)/.test(url) ? ` 'unsafe-inline'` : '';
  const whom = (asked: ClientScript['asks'], sources: string) =>
    scripts.some(({ asks }) => asks === asked) ? ` ${sources}` : '';
  const asked = whom('authority', authority) + whom('any', elsewhere(https));
  return [
    `default-src 'none'`,
    `style-src 'self'${style}`,
    `font-src 'self'`,
    `img-src 'self' data:`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    ...(scripts.length === 0 ? [] : [`script-src 'nonce-${nonce}'`]),
    ...(scripts.length === 0 ? [] : [`connect-src 'self'${asked}`]),
  ].join('; ');
}

/** Logs and authorities are wherever the trusted root and the signing config say; both may grow while pages are open. */
function elsewhere(https: boolean): string {
  return `https:${https ? '' : ' http:'}`;
}

/** What Next.js may see of a request: none of the headers that steer its internals (actions, prefetches, subrequests). */
const passed = new Set([
  'accept',
  'accept-language',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'if-none-match',
  'origin',
  'sec-fetch-site',
  'transfer-encoding',
  'user-agent',
]);

export function passedHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => passed.has(name)));
}
