/** What descriptions of paths are made of. */
import { z } from 'zod';
import { problemAnswer } from '../v1/schemas.ts';

export function queryParameters(asked: z.ZodType) {
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

export function schemaOf(schema: z.ZodType) {
  return z.toJSONSchema(schema);
}
