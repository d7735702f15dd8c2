import { describe, expect, it } from 'vitest';
import { ambientVariables, variables } from '#lib/server/variables.ts';
import * as rules from './architecture/rules.ts';
import { describe as source, readSources, readSql, readText } from './architecture/sources.ts';
import { pageRoutes } from './browser/page-routes.ts';
import { routeList } from './browser/route-list.ts';
import { readRoutes } from './browser/routes.ts';

const sources = readSources();

describe('the house', () => {
  it.each(Object.entries(rules))('%s', (_, rule) => {
    expect(rule(sources)).toEqual([]);
  });
});

describe('the named statements (prisma/sql)', () => {
  const sql = readSql();
  const namings = sources
    .filter(({ path }) => !/\.test\.tsx?$|^tests\//.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:namedSql|statement)\([^)]*\)/g)]
        .flatMap(([call]) => [...call.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? ''))
        .map((name) => ({ name, written: source(path, sql.get(name) ?? '') })),
    );

  it('are there, each named by somebody', () => {
    const named = new Set(namings.map(({ name }) => name));
    expect([...named].toSorted()).toEqual([...sql.keys()].toSorted());
  });

  it('write the tables of whoever names them', () => {
    expect(rules.tablesHaveOneWriter(namings.map(({ written }) => written))).toEqual([]);
  });
});

it('every variable of the environment is read, and listed for people (.env.example)', () => {
  const textOf = (path: string) => sources.find((file) => file.path === path)?.text ?? '';
  const config = textOf('lib/server/config.ts') + textOf('lib/server/s3-config.ts');
  const settings = Object.keys(variables.shape);
  const listed = [...readText('.env.example').matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
  // Pipelines set these, each with its own.
  const ofPipelines = Object.keys(ambientVariables.shape);
  expect(settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(config))).toEqual([]);
  expect(settings.filter((name) => !listed.includes(name) && !ofPipelines.includes(name))).toEqual([]);
  expect(
    listed.filter((name) => !settings.includes(name ?? '') && !ofPipelines.includes(name ?? '')),
  ).toEqual([]);
});

it('every address of the web process is listed with whose business it is (tests/browser/route-list.ts)', () => {
  const there = readRoutes().map(({ method, path }) => `${method} ${path}`);
  expect(Object.values(routeList).flat().toSorted()).toEqual(there.toSorted());
});

describe('every page has its data in the API (tests/browser/page-routes.ts)', () => {
  const routes = readRoutes();
  const inApi = new Set(
    routes.filter(({ path }) => path.startsWith('/api/')).map(({ method, path }) => `${method} ${path}`),
  );
  const named = Object.values(pageRoutes).flatMap(({ reads, acts = [] }) => [...reads, ...acts]);

  it('lists the pages there are, each with addresses or with why it has none', () => {
    const pages = routes.filter(
      ({ method, source }) => method === 'GET' && source.includes('export default '),
    );
    expect(Object.keys(pageRoutes).toSorted()).toEqual(pages.map(({ path }) => path).toSorted());
    for (const [page, { reads, acts = [], not }] of Object.entries(pageRoutes))
      expect(reads.length + acts.length > 0 || (not ?? '') !== '', page).toBe(true);
  });

  it('says of every button what does the same, or why nothing does', () => {
    const pressed = routes.filter(({ method, path }) => method === 'POST' && path in pageRoutes);
    expect(pressed.length).toBeGreaterThan(15);
    for (const { path } of pressed)
      expect((pageRoutes[path]?.acts ?? []).length > 0 || pageRoutes[path]?.not !== undefined, path).toBe(
        true,
      );
  });

  it('names addresses that there are, and every one of them', () => {
    expect(named.filter((one) => !inApi.has(one))).toEqual([]);
    const others = new Set([
      // For programs alone: other monitors, and whoever has a certificate or a leaf.
      'GET /api/v1/checkpoints/[origin]/checkpoint',
      'GET /api/v1/entries',
    ]);
    expect([...inApi].filter((one) => !named.includes(one) && !others.has(one))).toEqual([]);
  });
});

/** Each rule must see the violation it is there for; else its silence means nothing. */
describe('the rules see what they are there for', () => {
  const planted: [keyof typeof rules, string, string][] = [
    ['importsPointOneWay', 'log/x.ts', "import { a } from '#ca/keys/signer.ts';"],
    ['importsPointOneWay', 'lib/x.ts', "import { a } from '../workers/main.ts';"],
    ['importsPointOneWay', 'app/x.ts', "const a = await import('#log/main.ts');"],
    ['coreIsPure', 'lib/merkle/x.ts', "import { readFileSync } from 'node:fs';"],
    ['coreIsPure', 'lib/merkle/x.ts', 'const now = Date.now();'],
    ['coreIsPure', 'lib/merkle/x.ts', "import { a } from '#lib/server/config.ts';"],
    [
      'browserCodeStaysInTheBrowser',
      'app/x.tsx',
      "'use client';\nimport { a } from '#lib/server/config.ts';",
    ],
    ['browserCodeStaysInTheBrowser', 'lib/verify/x.ts', "import { a } from 'node:crypto';"],
    ['noCircles', 'lib/x.ts', "import { a } from './x.ts';"],
    ['noBarrels', 'lib/merkle/index.ts', "export * from './tile.ts';"],
    ['filesStayReadable', 'lib/x.ts', '\n'.repeat(401)],
    ['pathsNameDomainThings', 'lib/utils/x.ts', ''],
    ['environmentIsReadInOnePlace', 'log/x.ts', 'process.env.HOME'],
    ['tablesHaveOneWriter', 'app/x.ts', 'await sql`UPDATE monitor_log SET size = 1`'],
    ['matchersCanFail', 'lib/x.test.ts', 'expect(a).toMatchObject({\n  b: c(1),\n  d: /e/,\n});'],
    ['pagesHoldNoSql', 'app/x/page.tsx', 'await sql`SELECT 1`'],
  ];

  it.each(planted)('%s in %s', (name, path, text) => {
    expect(rules[name]([source(path, text)])).not.toEqual([]);
  });

  it('does not mistake a type for an import at run time', () => {
    const file = source(
      'app/x.ts',
      "import type { A } from '#log/main.ts';\nimport { type B } from '#ca/main.ts';",
    );
    expect(rules.importsPointOneWay([file])).toEqual([]);
  });
});
