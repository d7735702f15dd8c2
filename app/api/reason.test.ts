import { expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from './openapi.json/document.ts';
import { pageLimit } from './page-cursor.ts';
import { reasonOf } from './reason.ts';
import { signingsQuery, watchBody } from './v1/schemas.ts';
import { verifyBody } from '../verify/schemas.ts';

const said = (schema: z.ZodType, value: unknown): string => {
  const { error } = schema.safeParse(value);
  return error === undefined ? '' : reasonOf(error);
};

it.each([
  [z.strictObject({ limit: pageLimit(100) }), { limit: 'abc' }, 'limit: not a number; for example 50.'],
  [signingsQuery, { identity: '' }, 'identity: is empty; for example jane@example.com.'],
  [signingsQuery, { identity: 'a@b.c', limit: '0' }, 'limit: takes 1 or more; for example 50.'],
  [signingsQuery, { identity: 'a@b.c', limit: '201' }, 'limit: takes 200 or less; for example 50.'],
  [
    signingsQuery,
    { identity: 'a@b.c', since: 'yesterday' },
    'since: not a time with its zone; for example 2026-01-31 or 2026-01-31T09:30:00Z.',
  ],
  [signingsQuery, { identity: 'a@b.c', standing: 'x' }, 'standing: takes one of signature, forgery.'],
  [
    signingsQuery,
    { identity: 'a', extra: '1' },
    'extra is nothing this address takes. /api lists what it does.',
  ],
  [watchBody, { identity: 'a@b.c' }, 'email: is needed; for example jane@example.com.'],
  [watchBody, 'x', 'takes an object.'],
] as const)('says of %# what is wrong with it in plain words', (schema, value, words) => {
  expect(said(schema, value)).toBe(words);
});

const hostile = ['', 'x', '\0', 0, null, [], {}, true, 'x'.repeat(9000)];
const bodies: readonly z.ZodType[] = [signingsQuery, watchBody, verifyBody, ...bodiesOfDocument()];

interface Described {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { schema: Parameters<typeof z.fromJSONSchema>[0] }>>;
  };
}

/** Of every operation that takes a body, as the document describes it. */
function bodiesOfDocument(): z.ZodType[] {
  const paths: Readonly<Record<string, object>> = openApiDocument('https://sigwatch.example').paths;
  return Object.values(paths)
    .flatMap((item): Described[] => Object.values(item) as Described[])
    .flatMap(({ requestBody }) => {
      const schema = requestBody?.content['application/json']?.schema;
      return schema === undefined ? [] : [z.fromJSONSchema(schema)];
    });
}

it('never passes on a word of the validator, whatever is sent', () => {
  expect(bodies.length).toBeGreaterThan(15);
  for (const schema of bodies) {
    const fields = Object.keys((schema as { shape?: object }).shape ?? {});
    for (const value of hostile) {
      const asked = [value, Object.fromEntries(fields.map((field) => [field, value]))];
      for (const words of asked.map((one) => said(schema, one)))
        expect(words).not.toMatch(/Invalid|expected|received|Too (?:small|big)|pattern|Unrecognized/);
    }
  }
});
