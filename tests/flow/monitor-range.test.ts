/** A visitor learns what was signed in a name without telling us which. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { findBucket, paddedAnswer } from '#app/api/v1/range/bucket.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { countNames } from '#workers/follow/names.ts';
import { BatchNames } from '#workers/match/batch-names.ts';
import type { Trust } from '#lib/rules/facts.ts';

const { sql } = await freshDatabase();
const deps = { sql, statement: namedSql };
const hashOf = (name: string) => createHash('sha256').update(name).digest('hex');

async function signed(
  logId: string,
  kind: string,
  values: readonly string[],
  trust: Trust = 'trusted',
): Promise<void> {
  await sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key) VALUES (${logId}, ${kind}, '', '', '', '')
    ON CONFLICT DO NOTHING`;
  const names = new BatchNames(logId);
  for (const [at, value] of values.entries())
    names.add(at, {
      identities: [{ kind: 'email', value }],
      trust,
      issuer: undefined,
      source: undefined,
      others: [],
    });
  await sql.begin((transaction) =>
    countNames(
      transaction,
      { logId, first: 0n, seenAt: new Date(), signedHours: new Int32Array(values.length) },
      names.end(),
    ),
  );
}

it('has every name of its range with its counts, from signature logs alone, and none of another', async () => {
  const names = Array.from({ length: 5000 }, (_, at) => `dev${at}@example.com`);
  await signed('rekor', 'rekor-v2', names);
  await signed('rekor', 'rekor-v2', ['dev7@example.com', 'dev7@example.com']);
  await signed('rekor', 'rekor-v2', ['dev7@example.com'], 'untrusted');
  await signed('certificates', 'ct', ['dev7@example.com']);
  const hash = hashOf('dev7@example.com');
  const { names: found } = await findBucket(deps, hash.slice(0, 5));
  expect(found.find(([suffix]) => hash.endsWith(suffix))).toEqual([hash.slice(5), 3, 1]);
  const all = await Promise.all(
    [...new Set(names.map((name) => hashOf(name).slice(0, 5)))].map((prefix) => findBucket(deps, prefix)),
  );
  const hashes = all.flatMap(({ prefix, names: some }) => some.map(([suffix]) => prefix + suffix));
  expect(hashes.toSorted()).toEqual(names.map(hashOf).toSorted());
});

it('answers with lengths that say nothing, the same each time, made-up names among the true ones', async () => {
  const bucket = (count: number) => ({
    prefix: '00000',
    names: Array.from({ length: count }, (_, at) => [hashOf(String(at)).slice(5), at, 0] as const),
  });
  const lengths = [0, 1, 20, 63].map((count) => paddedAnswer(bucket(count), []).length);
  expect(new Set(lengths).size).toBe(1);
  expect(lengths[0] ?? 1).toSatisfy((length: number) => length % 4096 === 0);
  expect(paddedAnswer(bucket(20), [])).toBe(paddedAnswer(bucket(20), []));
  const answer = JSON.parse(paddedAnswer(bucket(20), [])) as { names: [string, number, number][] };
  expect(answer.names).toHaveLength(64);
  expect(answer.names).toEqual(expect.arrayContaining(bucket(20).names.map((name) => [...name])));
  expect(answer.names.map(([suffix]) => suffix)).toEqual(answer.names.map(([suffix]) => suffix).toSorted());
});
