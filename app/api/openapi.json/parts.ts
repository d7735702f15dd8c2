/** What descriptions of paths are made of. */
import { z } from 'zod';
import type { Scope } from '../../account/roles.ts';
import { problemAnswer } from '../v1/schemas.ts';

function queryParameters(asked: z.ZodType) {
  const { properties = {}, required = [] } = z.toJSONSchema(asked, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

export function pathParameter(name: string) {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

export function json(schema: z.ZodType) {
  return { description: 'OK', content: { 'application/json': { schema: schemaOf(schema) } } };
}

export function refused() {
  return {
    description: 'Refused',
    content: { 'application/problem+json': { schema: schemaOf(problemAnswer) } },
  };
}

function schemaOf(schema: z.ZodType) {
  return z.toJSONSchema(schema);
}

export interface Asks {
  readonly query?: z.ZodType;
  readonly named?: readonly string[];
  readonly body?: z.ZodType;
  readonly status?: number;
  /** Of more than the schemas say. */
  readonly words?: string;
  readonly refusals?: readonly number[];
}

/** What takes a key; without a scope, any. */
export function keyed(scope: Scope | undefined, summary: string, answer: z.ZodType, asks: Asks = {}) {
  const { words = '', refusals = [] } = asks;
  const needs = scope === undefined ? 'Needs a key.' : `Needs a key with the scope \`${scope}\`.`;
  return {
    ...operation(summary, answer, { ...asks, refusals: [400, 401, 403, 404, ...refusals] }),
    description: words === '' ? needs : `${needs} ${words}`,
    security: [{ key: [] }],
  };
}

/** What anybody may ask. */
export function open(summary: string, answer: z.ZodType, asks: Asks = {}) {
  const { words } = asks;
  return { ...operation(summary, answer, asks), ...(words === undefined ? {} : { description: words }) };
}

function operation(summary: string, answer: z.ZodType, asks: Asks) {
  const { query, named = [], body, status = 200, refusals = [400] } = asks;
  return {
    summary,
    parameters: [...named.map(pathParameter), ...(query === undefined ? [] : queryParameters(query))],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input' }) } },
          },
        }),
    responses: {
      [status]: json(answer),
      ...Object.fromEntries([...refusals, 429].map((code) => [code, refused()])),
    },
  };
}
