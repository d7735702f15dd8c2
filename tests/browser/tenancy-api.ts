/** What the API asks for, by its own document, and bodies that would do something: for tenancy.test.ts. */
import { apiPaths } from '#app/api/openapi.json/document.ts';
import type { Route } from './routes.ts';

const described: Readonly<Record<string, unknown>> = apiPaths();

/** The scope that the document says a route needs; undefined where any key will do. */
export function scopeOf({ path, method }: Route): string | undefined {
  const item = described[path.replaceAll(/\[(\w+)\]/g, '{$1}')] as Record<string, { description?: string }>;
  return /scope `([^`]+)`/.exec(item[method.toLowerCase()]?.description ?? '')?.[1];
}

const rule = { rule: { issuer: 'https://login.example', source: null } };

/** What would be done if it were allowed, by method and address. */
const bodies: Readonly<Record<string, object>> = {
  'POST /api/v1/alerts/answers': { alerts: ['ALERT'], act: 'mine' },
  'POST /api/v1/alerts/[id]/response': { step: 'contain' },
  'POST /api/v1/freezes': { identity: 'CANARY@frozen.example' },
  'POST /api/v1/intents': { repository: 'github.com/a/b', until: new Date(Date.now() + 3_600_000) },
  'POST /api/v1/ownership': { kind: 'domain', name: 'CANARY.example' },
  'POST /api/v1/ownership/[id]/check': { method: 'code' },
  'PATCH /api/v1/account/person': { name: 'Changed' },
  'PATCH /api/v1/team': { name: 'Changed' },
  'POST /api/v1/team/invitations': { email: 'x@x.example', role: 'owner' },
  'PATCH /api/v1/team/members/[user]': { role: 'viewer' },
  'PATCH /api/v1/watches/[id]/settings': { digest: false },
  'POST /api/v1/watches/[id]/rules': rule,
  'POST /api/v1/watches/[id]/rules/try': rule,
  'POST /api/v1/watches/[id]/channels': { kind: 'slack', url: 'https://hooks.example.com/x' },
};

export function bodyOf({ method, path }: Route, canary: string, alert: string): string {
  const body = JSON.stringify(bodies[`${method} ${path}`] ?? {});
  return body.replace('ALERT', alert).replace('CANARY', canary);
}

/** What is one's own is changed by whoever asks; here is asked what they may do to others. */
export const ofOneself = new Set([
  'PATCH /api/v1/account/person',
  'POST /api/v1/intents',
  'POST /api/v1/ownership',
  'POST /api/v1/team/invitations',
  'POST /api/v1/views',
  'POST /api/v1/watches',
]);
