/**
 * The headers of every response, errors included. Pages show text that strangers wrote, so they run no script at all:
 * nothing that slips through the escaping could act. An entry's page may run the one whose hash is named.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { clientScript } from './client-script.ts';

export interface Policy {
  /** Hash of the one inline style sheet there is, that of app/refusal.ts. */
  readonly inlineStyle: string;
  readonly https: boolean;
}

export function securityHeaders(policy: Policy, url: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(policy, url),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': url.startsWith('/api/v1/') ? 'cross-origin' : 'same-origin',
    // An address with a token must not travel to another site, nor back to us in a later request.
    'referrer-policy': /[?&]token=/.test(url) ? 'no-referrer' : 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(policy.https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
}

function contentSecurityPolicy({ inlineStyle, https }: Policy, url: string): string {
  // The demo mailbox shows mails as they are, in a sandboxed frame that inherits this policy; mails style themselves.
  const style = /^\/mailbox(?:[/?]|$)/.test(url) ? `'unsafe-inline'` : `'${inlineStyle}'`;
  return [
    `default-src 'none'`,
    `style-src 'self' ${style}`,
    `font-src 'self'`,
    `img-src 'self' data:`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    ...entryScript(url, https),
  ].join('; ');
}

/** On an entry's page that very script may run, and ask logs and authorities wherever they are. */
function entryScript(url: string, https: boolean): string[] {
  if (clientScript === undefined || !url.startsWith('/e/')) return [];
  return [`script-src '${clientScript.integrity}'`, `connect-src https:${https ? '' : ' http:'}`];
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
