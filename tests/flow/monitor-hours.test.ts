/** Totals of a span of time and the rhythm are exact, whether a name's hours are kept or its entries read. */
import { afterAll, expect, it } from 'vitest';
import { findRhythm } from '#app/rhythm/store.ts';
import { findSignings, type Search } from '#app/signings/store.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { expectTrueHours } from '#tests/harness/hours.ts';
import { countNames } from '#workers/follow/names.ts';
import { BatchNames } from '#workers/match/batch-names.ts';
import { EntryRows, IdentityRows, insertRows } from '#workers/follow/entry-rows.ts';
import type { IndexedEntry } from '#workers/match/indexed-entry.ts';

const { sql } = await freshDatabase();
afterAll(() => sql.end());
const hourMs = 3_600_000;
const start = Date.parse('2026-05-01T00:00:00Z');
const name = 'dev@example.com';
await sql`INSERT INTO monitor_log (id, kind, name, url, origin, public_key) VALUES ('one', 'rekor-v2', '', '', '', ''), ('two', 'rekor-v2', '', '', '', '')`;

interface Planted {
  readonly log: string;
  readonly index: number;
  readonly seen: number;
  readonly signed: number;
  readonly issuer: string;
  readonly source: string | undefined;
}

/** A busy name in batches of one moment, seldom by a second issuer, backfilled at times, with a second name beside it. */
const planted: Planted[] = [];
const next = { one: 0, two: 0 };
for (let batch = 0; batch < 60; batch++) {
  const log = batch % 5 === 0 ? 'two' : 'one';
  const seen = start + batch * 23 * 60_000;
  for (let at = 0; at < 7; at++) {
    const signed = batch === 30 ? seen - at * 50 * hourMs : seen - at * 1000;
    const issuer = (batch * 7 + at) % 29 === 0 ? 'rare' : 'often';
    const source = at === 3 ? 'github.com/acme/app' : undefined;
    planted.push({ log, index: next[log]++, seen, signed, issuer, source });
  }
}

function asIndexed({ index, signed, issuer, source }: Planted): IndexedEntry {
  const leafHash = new Uint8Array(32);
  const empty = {
    digestAlgorithm: undefined,
    digest: undefined,
    certificateKey: undefined,
    certificateHash: undefined,
  };
  const rest = {
    notAfter: undefined,
    serial: undefined,
    claims: {},
    keyType: undefined,
    fingerprints: [],
    others: [],
    haystack: undefined,
  };
  const identities = [
    { kind: 'email', value: name },
    { kind: 'username', value: name },
    { kind: 'email', value: 'other@example.com' },
  ] as const;
  return {
    ...empty,
    ...rest,
    index: BigInt(index),
    leafHash,
    kind: 'hashedrekord',
    standing: 'trusted',
    trust: 'trusted',
    issuer,
    source,
    identities,
    notBefore: new Date(signed),
  };
}

async function keep(batch: readonly Planted[]): Promise<void> {
  const [head] = batch;
  if (head === undefined) return;
  const { log: logId, index: first, seen } = head;
  const seenAt = new Date(seen);
  const [entryRows, identityRows, names] = [
    new EntryRows(logId, seenAt, batch.length),
    new IdentityRows(logId, seenAt, batch.length),
    new BatchNames(logId),
  ];
  for (const [place, entry] of batch.map(asIndexed).entries()) {
    entryRows.add(entry);
    identityRows.add(entry, names.add(place, entry));
  }
  const signedHours = Int32Array.from(batch, ({ signed }) => Math.floor(signed / hourMs));
  await sql.begin(async (transaction) => {
    const rows = { entryRows: entryRows.end(), identityRows: identityRows.end(), signerRows: undefined };
    await insertRows(transaction, rows);
    await countNames(transaction, { logId, first: BigInt(first), seenAt, signedHours }, names.end());
  });
}

for (let at = 0; at < planted.length; at += 7) await keep(planted.slice(at, at + 7));

const find = (search: Omit<Search, 'limit' | 'identity'>, limit = 10) =>
  findSignings({ sql, statement: namedSql }, { identity: name, limit, ...search });
const key = ({ log, index }: { readonly log: string; readonly index: number }) => `${log} ${index}`;
const newestFirst = (some: readonly Planted[]) =>
  some.toSorted((a, b) => b.seen - a.seen || (a.log < b.log ? -1 : a.log > b.log ? 1 : b.index - a.index));

it('keeps the hours of busy names as their rows say', async () => {
  const [counts] =
    await sql`SELECT count(*) FILTER (WHERE by_hour)::int AS busy, count(*) FILTER (WHERE NOT by_hour)::int AS seldom FROM monitor_name`;
  expect(counts?.['busy']).toBeGreaterThan(0);
  expect(counts?.['seldom']).toBeGreaterThan(0);
  await expectTrueHours(sql);
});

const spans = [
  {},
  { since: new Date(start + 3 * hourMs) },
  { since: new Date(start + 3.4 * hourMs) },
  { before: new Date(start + 9 * hourMs) },
  { before: new Date(start + 9.7 * hourMs) },
  { since: new Date(start + 2.3 * hourMs), before: new Date(start + 17.1 * hourMs) },
  { since: new Date(start + 5.1 * hourMs), before: new Date(start + 5.9 * hourMs) },
  { since: new Date(start + 5.9 * hourMs), before: new Date(start + 6.1 * hourMs) },
  { since: new Date(start + 400 * hourMs) },
];
const narrowings = [
  {},
  { issuer: 'rare' },
  { issuer: 'often' },
  { log: 'two' },
  { source: 'github.com/acme/app' },
  { source: '', log: 'one' },
];

it('counts what is asked for, and lists it newest first to its end, however it is narrowed', async () => {
  for (const narrowing of narrowings)
    for (const span of spans) {
      const { since, before, issuer, log, source } = {
        since: undefined,
        before: undefined,
        issuer: undefined,
        log: undefined,
        source: undefined,
        ...narrowing,
        ...span,
      };
      const expected = newestFirst(
        planted.filter(
          (one) =>
            (issuer === undefined || one.issuer === issuer) &&
            (log === undefined || one.log === log) &&
            (source === undefined || (one.source ?? '') === source) &&
            (since === undefined || one.seen >= since.getTime()) &&
            (before === undefined || one.seen < before.getTime()),
        ),
      ).map(key);
      const listed: string[] = [];
      let after: Search['after'];
      do {
        const found = await find({ ...narrowing, ...span, after }, 37);
        expect(found.total, JSON.stringify({ narrowing, span })).toBe(expected.length);
        listed.push(...found.signings.map(key));
        after = found.next;
      } while (after !== undefined);
      expect(listed, JSON.stringify({ narrowing, span })).toEqual(expected);
    }
});

it('draws every hour of signing with its count, backfilled ones as well', async () => {
  const now = () => new Date(start + 60 * hourMs);
  const { marks, firstDay } = await findRhythm({ sql, statement: namedSql, now }, name);
  const expected = new Map<number, number>();
  for (const { signed } of planted) {
    const hour = Math.floor((signed - firstDay.getTime()) / hourMs);
    expected.set(hour, (expected.get(hour) ?? 0) + 1);
  }
  const drawn = new Map(marks.map(({ day, hour, signatures }) => [day * 24 + hour, signatures]));
  expect([...drawn].toSorted(([a], [b]) => a - b)).toEqual([...expected].toSorted(([a], [b]) => a - b));
});
