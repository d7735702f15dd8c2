/** Limits of several web processes over one PostgreSQL. */
import { expect, it } from 'vitest';
import { openPaces, paceOf, sweepPaces } from '#app/pace/paces.ts';
import { readConfig } from '#lib/server/config.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';

const { sql } = await freshDatabase();
const config = readConfig({
  NODE_ENV: 'test',
  API_REQUESTS_PER_MINUTE: '200',
  ALL_REQUESTS_PER_MINUTE: '450',
});
const processes = [0, 1, 2].map(() => openPaces({ sql, statement: namedSql }, config));

async function allowed(network: string, times: number): Promise<number> {
  const all = await Promise.all(
    processes.flatMap(({ api }) => Array.from({ length: times }, () => api.take(network))),
  );
  return all.filter((one) => one.allowed).length;
}

it('one address has its quota once, and everyone together theirs, whichever process is asked', async () => {
  // Within one minute of the database.
  await eventually(async () => {
    const [clock] = await sql<{ second: number }[]>`SELECT extract(second FROM now())::float8 AS second`;
    expect(clock?.second).toBeLessThan(50);
  }, 15_000);
  const first = await allowed('192.0.2.1', 150);
  expect(first).toBe(200);
  expect(await allowed('192.0.2.1', 20)).toBe(0);
  const [second, third] = [await allowed('192.0.2.2', 150), await allowed('192.0.2.3', 150)];
  expect(first + second + third).toBeLessThanOrEqual(450);
  expect(third).toBeLessThan(150);
  const kept = await sql<{ key: string }[]>`SELECT key FROM account_pace`;
  expect(kept.map(({ key }) => key).join(' ')).not.toContain('192.0.2.');
});

it('what is over is forgotten', async () => {
  await sql`UPDATE account_pace SET opens_at = opens_at - interval '6 minutes'`;
  await sweepPaces(sql);
  expect(await sql`SELECT 1 FROM account_pace`).toHaveLength(0);
});

it.each([
  ['POST', '/verify', 'verify'],
  ['POST', '/api/v1/verify', 'verify'],
  ['GET', '/api/v1/signings', undefined],
  ['GET', '/_next/static/x.css', undefined],
  ['GET', '/i/a@b.example/signings.csv', 'exports'],
  ['GET', '/e/rekor/1/evidence.zip', 'exports'],
  ['GET', '/i/a@b.example', 'pages'],
] as const)('%s %s counts as %s', (method, path, pace) => {
  const [paces] = processes;
  expect(paces && paceOf(paces, method, path)).toBe(pace === undefined ? undefined : paces?.[pace]);
});
