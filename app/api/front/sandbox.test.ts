import { expect, it } from 'vitest';
import { z } from 'zod';
import { apiPaths } from '../openapi.json/document.ts';
import { exampleUrl, listOperations } from '../reference/operations.ts';
import { sandboxNames } from './sandbox-key.ts';
import { sandboxAnswer } from './sandbox.ts';

const reads = listOperations(apiPaths()).filter(({ method }) => method === 'GET');

/** What the document promises of a 200; undefined for what is no JSON. */
function promised(path: string): z.ZodType | undefined {
  const item: Record<string, unknown> = apiPaths();
  const { get } = item[path] as { get: { responses: Record<number, { content?: Record<string, unknown> }> } };
  const content = get.responses[200]?.content?.['application/json'] as
    { schema: Parameters<typeof z.fromJSONSchema>[0] } | undefined;
  return content && z.fromJSONSchema(content.schema);
}

it.each(reads.map((operation) => [operation.path, operation] as const))(
  'answers %s, as the page tries it, with what the document promises',
  (path, operation) => {
    const { status, body } = sandboxAnswer(
      'https://sigwatch.example',
      'GET',
      exampleUrl(operation, 'https://sigwatch.example'),
    );
    expect([status, body]).toEqual([200, expect.anything()]);
    const schema = promised(path);
    expect(typeof body).toBe(schema === undefined ? 'string' : 'object');
    expect(schema?.safeParse(body).error).toBeUndefined();
  },
);

it('would notice an example that is not as promised', () => {
  const { body } = sandboxAnswer('https://sigwatch.example', 'GET', '/api/v1/team');
  expect(promised('/api/v1/team')?.safeParse({ ...(body as object), role: 'king' }).success).toBe(false);
});

it('has a name for each case', () => {
  const answer = (name: string) =>
    sandboxAnswer('https://sigwatch.example', 'GET', `/api/v1/signings?identity=${name}`).body;
  expect(answer(sandboxNames.signed)).toHaveProperty('total', 2);
  expect(answer(sandboxNames.quiet)).toHaveProperty('total', 0);
  expect(answer(sandboxNames.forged)).toHaveProperty('forgeries', 1);
});

it('writes nothing, and has nothing at other ids', () => {
  expect(sandboxAnswer('https://sigwatch.example', 'POST', '/api/v1/intents').status).toBe(403);
  expect(sandboxAnswer('https://sigwatch.example', 'DELETE', '/api/v1/freezes/x').status).toBe(403);
  expect(sandboxAnswer('https://sigwatch.example', 'GET', '/api/v1/alerts/x').status).toBe(404);
});
