/**
 * The key `swk_sandbox` opens nothing: whatever is asked with it is answered with an example, the same every time. The
 * names end in .example (RFC 2606), so none of them can ever be somebody's.
 */
import type { z } from 'zod';
import type { alertsAnswer, wholeAlertAnswer } from '../../alerts/schemas.ts';
import type { signingAnswer, signingsAnswer } from '../v1/schemas.ts';

export const sandboxKey = 'swk_sandbox';

export const sandboxNames = {
  signed: 'signed@sandbox.example',
  unexpected: 'unexpected@sandbox.example',
  forged: 'forged@sandbox.example',
  quiet: 'quiet@sandbox.example',
} as const;

type Signing = z.infer<typeof signingAnswer>;
type Alert = z.infer<typeof wholeAlertAnswer>;

const day = '2026-11-20';
const team = '00000000-0000-4000-8000-0000000000aa';

function signing(index: number, email: string, more: Partial<Signing> = {}): Signing {
  const time = `${day}T14:0${index}:00.000Z`;
  return {
    log: 'sandbox',
    index,
    url: `https://sandbox.example/e/sandbox/${index}`,
    kind: 'hashedrekord',
    trust: 'trusted',
    time,
    seenAt: time,
    identities: [{ kind: 'email', value: email, exact: email }],
    issuer: 'https://login.example',
    repository: null,
    digest: { algorithm: 'SHA2_256', value: String(index).repeat(64) },
    certificate: { notBefore: time, notAfter: `${day}T14:1${index}:00.000Z` },
    claims: {},
    ...more,
  };
}

const signings: readonly Signing[] = [
  signing(3, sandboxNames.unexpected, { issuer: 'https://other-login.example' }),
  signing(2, sandboxNames.signed),
  signing(1, sandboxNames.signed),
];
const at = `${day}T15:00:00.000Z`;
const completeUpTo = [{ log: 'sandbox', size: 4, time: at, askedAt: at }];

const alert: Alert = {
  id: '00000000-0000-4000-8000-000000000003',
  state: 'open',
  verdict: 'unexpected',
  reasons: [
    {
      rule: 'first-issuer',
      words: 'Earlier signatures in this name were vouched for by another login provider.',
    },
  ],
  watch: { id: '00000000-0000-4000-8000-0000000000bb', kind: 'email', value: sandboxNames.unexpected },
  team,
  createdAt: `${day}T14:03:01.000Z`,
  happenedAt: `${day}T14:03:00.000Z`,
  log: 'sandbox',
  index: '3',
  facts: null,
  eventCount: 1,
  url: 'https://sandbox.example/alerts/3',
  evidence: 'https://sandbox.example/api/v1/alerts/3/evidence',
  answer: null,
  answers: [],
};

export interface SandboxAnswer {
  readonly status: number;
  readonly body: object;
}

/** Undefined for what has no example: then the key is one that nobody has. */
export function sandboxAnswer(method: string, url: string): SandboxAnswer | undefined {
  const { pathname, searchParams } = new URL(url, 'https://sandbox.example');
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 403, body: refusal(403, 'The sandbox key only reads.') };
  if (pathname === '/api/v1/signings') return { status: 200, body: findSignings(searchParams) };
  if (pathname === '/api/v1/alerts') {
    const { answers: _, ...listed } = alert;
    return { status: 200, body: { alerts: [listed], next: null } satisfies z.infer<typeof alertsAnswer> };
  }
  if (pathname === `/api/v1/alerts/${alert.id}`) return { status: 200, body: alert };
  const [, index] = /^\/api\/v1\/entries\/sandbox\/(\d+)$/.exec(pathname) ?? [];
  const entry = signings.find((one) => String(one.index) === index);
  if (entry !== undefined) return { status: 200, body: { ...entry, leafHash: 'ab'.repeat(32) } };
  if (/^\/api\/v1\/(?:alerts|entries)\//.test(pathname))
    return { status: 404, body: refusal(404, 'The sandbox has no such example.') };
  return undefined;
}

function findSignings(query: URLSearchParams): z.infer<typeof signingsAnswer> {
  const identity = query.get('identity')?.toLowerCase();
  const found = signings.filter(({ identities }) => identities.some(({ value }) => value === identity));
  return {
    signings: found,
    total: found.length,
    forgeries: identity === sandboxNames.forged ? 1 : 0,
    unlisted: false,
    completeUpTo,
    next: null,
  };
}

function refusal(status: number, detail: string): object {
  return { type: 'about:blank', title: status === 404 ? 'Not found' : 'Forbidden', status, detail };
}
