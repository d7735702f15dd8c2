import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { exampleUrl, listOperations } from '../reference/operations.ts';
import { openApiDocument } from './document.ts';

const document = openApiDocument('https://sigwatch.example');
const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
);

/** Every method of every route file below app/api/v1, as its address is written in OpenAPI. */
function served(): string[] {
  const folder = fileURLToPath(new URL('../v1/', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('route.ts'))
    .flatMap((file) => {
      const path = `/api/v1/${file.replace(/\/route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`;
      const methods = readFileSync(folder + file, 'utf8').matchAll(/^export async function ([A-Z]+)\(/gm);
      return [...methods].map(([, method]) => `${method} ${path}`);
    });
}

it('describes every route there is, and none that is not', () => {
  expect(described.toSorted()).toEqual(served().toSorted());
});

it('is OpenAPI 3.1 with webhooks, and plain JSON', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.webhooks)).toContain('signing.unexpected');
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

it('names every part of an address, and is shown whole on the page', () => {
  const operations = listOperations(document.paths);
  expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual(described);
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  for (const operation of operations) {
    const named = operation.fields.filter((field) => field.in === 'path').map(({ name }) => name);
    expect(named.toSorted()).toEqual(
      [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted(),
    );
    expect(exampleUrl(operation, 'https://sigwatch.example')).not.toContain('{');
  }
});
