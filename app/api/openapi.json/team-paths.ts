/** The part of the API that belongs to a team and asks for a key. */
import { z } from 'zod';
import type { Scope } from '../../account/roles.ts';
import {
  acts,
  alertsAnswer,
  evidenceAnswer,
  alertsQuery,
  answerBody,
  wholeAlertAnswer,
} from '../../alerts/schemas.ts';
import { freezeAnswer, freezeBody, freezesAnswer, liftBody } from '../../freezes/schemas.ts';
import { intentAnswer, intentBody, intentsAnswer, intentsQuery } from '../../intents/schemas.ts';
import {
  accountAnswer,
  auditAnswer,
  auditQuery,
  ciProofAnswer,
  ciProofBody,
  ownershipAnswer,
  problemAnswer,
} from '../v1/schemas.ts';

export const securitySchemes = {
  key: { type: 'http', scheme: 'bearer', description: 'An API key of a team: `swk_…`, made under Settings.' },
} as const;

export function teamPaths() {
  return {
    ...accountPaths(),
    '/api/v1/alerts': {
      get: route('alerts:read', 'Alerts of the team, newest first', alertsAnswer, { query: alertsQuery }),
    },
    '/api/v1/alerts/{id}': {
      get: route('alerts:read', 'One alert with everything that was said of it', wholeAlertAnswer, {
        named: ['id'],
      }),
    },
    '/api/v1/alerts/{id}/evidence': {
      get: route('alerts:read', 'The proof of an alert as one file that stands without us', evidenceAnswer, {
        named: ['id'],
      }),
    },
    '/api/v1/alerts/{id}/{act}': {
      post: route(
        'alerts:write',
        `Answer an alert and all that are one event with it: ${Object.keys(acts).join(', ')}`,
        wholeAlertAnswer,
        { named: ['id', 'act'], body: answerBody },
      ),
    },
    '/api/v1/intents': {
      get: route('intents:write', 'Announcements of signatures, newest first', intentsAnswer, {
        query: intentsQuery,
      }),
      post: route('intents:write', 'Announce signatures before they are made', intentAnswer, {
        body: intentBody,
        status: 201,
      }),
    },
    '/api/v1/intents/{id}': {
      get: route('intents:write', 'One announcement, with what it was used for', intentAnswer, {
        named: ['id'],
      }),
      delete: route('intents:write', 'Take an announcement back', intentAnswer, { named: ['id'] }),
    },
    '/api/v1/freezes': {
      get: route('freezes:write', 'Freezes of the team, newest first', freezesAnswer, {}),
      post: route('freezes:write', 'Stop issuance for a name that you proved to own', freezeAnswer, {
        body: freezeBody,
        status: 201,
        mayBeAway: true,
      }),
    },
    '/api/v1/freezes/{id}': {
      delete: route('freezes:write', 'Lift a freeze', freezeAnswer, {
        named: ['id'],
        body: liftBody,
        mayBeAway: true,
      }),
    },
  };
}

function accountPaths() {
  return {
    '/api/v1/account': {
      get: route(undefined, 'The team and the scopes of the key that is sent along', accountAnswer, {}),
    },
    '/api/v1/audit': {
      get: route('team:read', 'What was done in the team, newest first', auditAnswer, { query: auditQuery }),
    },
    '/api/v1/ownership': {
      get: route('team:read', 'What the team proved to own, or is about to', ownershipAnswer, {}),
    },
    '/api/v1/ownership/ci': {
      post: {
        ...route(undefined, 'Prove a repository or workflow by the ID token of its run', ciProofAnswer, {
          body: ciProofBody,
        }),
        description: 'Needs no key: the token is for this proof alone.',
        security: [],
      },
    },
  };
}

interface Asks {
  readonly query?: z.ZodType;
  readonly named?: readonly string[];
  readonly body?: z.ZodType;
  readonly status?: number;
  /** Asks the authority, which may not answer. */
  readonly mayBeAway?: boolean;
}

function route(scope: Scope | undefined, summary: string, answer: z.ZodType, asks: Asks) {
  const { query, named = [], body, status = 200, mayBeAway = false } = asks;
  const refusals = [400, 401, 403, 404, ...(mayBeAway ? [503] : [])];
  return {
    summary,
    description: scope === undefined ? 'Needs a key.' : `Needs a key with the scope \`${scope}\`.`,
    security: [{ key: [] }],
    parameters: [
      ...named.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...(query === undefined ? [] : queryParameters(query)),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: { content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input' }) } } },
        }),
    responses: {
      [status]: { description: 'OK', content: { 'application/json': { schema: z.toJSONSchema(answer) } } },
      ...Object.fromEntries(refusals.map((code) => [code, refused()])),
    },
  };
}

function queryParameters(query: z.ZodType) {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function refused() {
  return {
    description: 'Refused',
    content: { 'application/problem+json': { schema: z.toJSONSchema(problemAnswer) } },
  };
}
