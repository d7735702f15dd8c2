/** Logs of other kinds than ours, their shards, and what their answers have hidden from monitors. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { signerOf } from '#app/signings/signing.ts';
import { listIncidents } from '#app/logs/store.ts';
import { findSignings } from '#app/signings/store.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { certificateLeaf } from '#tests/harness/ct-log.ts';
import { HostileCtLog } from '#tests/harness/hostile-ct-log.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { RekorV1Log, rekorV1Leaf } from '#tests/harness/rekor-v1-log.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { looksOf } from '#workers/schedules.ts';
import { registerKnownLogs } from '#workers/follow/known-logs.ts';
import { TufRoots } from '#lib/server/tuf-roots.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { createLogger } from '#lib/server/logger.ts';

const authority = new TestAuthority();
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-dialects-'));
let database: TestDatabase;
let log: RekorV1Log;
let trust: TrustServer;
let monitor: RunningMonitor | undefined;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  log = await RekorV1Log.start();
  trust = await serveTrust({ ...trustRoot([], [authority]), tlogs: [log.listing()] });
});
afterEach(async () => {
  await monitor?.stop();
  monitor = undefined;
  for (const close of closers.splice(0)) await close();
  await log.stop();
  await trust.close();
  rmSync(folder, { recursive: true, force: true });
});

const signed = (email: string, at = 0) => rekorV1Leaf(authority.certify({ email }), at);
const fillers = Array.from({ length: 30 }, (_, at) => signed('filler@example.com', at));
const sizes = async () =>
  (
    await database.sql<{ state: string; size: number }[]>`
      SELECT state, verified_size::int AS size FROM monitor_log ORDER BY id`
  ).map(({ state, size }) => [state, size]);
const alerts = async () =>
  (
    await database.sql`SELECT log_id, entry_index::int AS at FROM alert_alert ORDER BY log_id, entry_index`
  ).map(({ log_id, at }) => [log_id, at]);

it('reads every tree of a Rekor v1 log, the last entries of the old and the first of the new, whatever the order of answers', async () => {
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  log.append(...fillers, signed('dev@example.com'));
  log.rotate();
  log.append(signed('dev@example.com'), ...fillers.slice(0, 14), signed('dev@example.com'));
  log.meddle = (entries) => entries.toReversed();
  monitor = await runMonitor(database, { trustUrl: trust.url });
  await eventually(
    async () =>
      expect(await sizes()).toEqual([
        ['following', 31],
        ['following', 16],
      ]),
    20_000,
  );
  // A tree begun while it runs is found by asking again, as it is every minute.
  log.append(signed('dev@example.com'));
  log.rotate();
  log.append(signed('dev@example.com'));
  const parts = {
    sql: database.sql,
    logger: createLogger('workers', 'silent'),
    webUrl: '',
    logsFile: undefined,
    tuf: new TufRoots(folder, createLogger('workers', 'silent')),
  };
  await registerKnownLogs(parts, readTrustedRoot(trust.root));
  await eventually(
    async () =>
      expect(await sizes()).toEqual([
        ['following', 31],
        ['following', 17],
        ['following', 1],
      ]),
    20_000,
  );
  const ids = (await database.sql`SELECT id FROM monitor_log ORDER BY id`).map(({ id }) => id as string);
  await eventually(async () =>
    expect(await alerts()).toEqual([
      [ids[0], 30],
      [ids[1], 0],
      [ids[1], 15],
      [ids[1], 16],
      [ids[2], 0],
    ]),
  );
});

it.each([
  [
    'leaves an entry out',
    (entries: { index: number; leaf: Uint8Array }[]) => entries.filter(({ index }) => index !== 7),
  ],
  ['answers short', (entries: { index: number; leaf: Uint8Array }[]) => entries.slice(0, 4)],
  [
    'counts from one',
    (entries: { index: number; leaf: Uint8Array }[]) =>
      entries.map((entry) => ({ ...entry, index: entry.index + 1 })),
  ],
])(
  'a log that %s is unreachable, nothing is passed over, and it is read when it is well again',
  async (_, meddle) => {
    await confirmedWatch(database, 'dev@example.com', 'a@example.com');
    log.append(...fillers.slice(0, 7), signed('dev@example.com'), ...fillers);
    log.meddle = meddle;
    monitor = await runMonitor(database, { trustUrl: trust.url });
    await eventually(async () => expect(await sizes()).toEqual([['unreachable', 0]]));
    log.meddle = (entries) => entries;
    await eventually(async () => expect(await sizes()).toEqual([['following', 38]]), 20_000);
    expect((await alerts()).map(([, at]) => at)).toEqual([7]);
    expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([]);
  },
);

it('a Rekor v1 log whose entries are not those of its tree is caught', async () => {
  log.append(...fillers);
  log.meddle = (entries) =>
    entries.map(({ index, leaf }) => ({ index, leaf: index === 12 ? signed('else@example.com') : leaf }));
  monitor = await runMonitor(database, { trustUrl: trust.url });
  await eventually(async () =>
    expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([{ kind: 'wrong-bytes' }]),
  );
});

it('tells whoever watches a package of a statement that names it, and nobody of one that the log served otherwise than it was signed', async () => {
  await confirmedWatch(database, 'package:pkg:npm/acme', 'a@example.com', 'package');
  await confirmedWatch(database, 'dev@example.com', 'b@example.com');
  await confirmedWatch(database, `sha256:${'cd'.repeat(32)}`, 'c@example.com', 'digest');
  const digest = { sha256: 'cd'.repeat(32), sha512: 'ab'.repeat(64) };
  const subject = (name: string) => ({ name, digest });
  const statement = utf8(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [subject('pkg:npm/acme@1.2.3'), subject('dev@example.com')],
    }),
  );
  // One byte of the version.
  const changed = utf8(fromUtf8(statement).replace('1.2.3', '1.2.4'));
  const certificate = () => authority.certify({ email: 'builder@example.com', claims: { issuer: 'i' } });
  log.append(...fillers.slice(0, 3));
  log.attest(certificate(), statement);
  log.attest(certificate(), statement, changed);
  log.attest(certificate(), changed);
  log.attest(certificate(), statement, new Uint8Array(200_000));
  monitor = await runMonitor(database, { trustUrl: trust.url });
  await eventually(async () => expect(await sizes()).toEqual([['following', 7]]), 20_000);
  expect((await alerts()).map(([, at]) => at)).toEqual([3, 3, 5, 5]);
  const told = await database.sql`
    SELECT DISTINCT watch.email, facts->>'identity' AS identity FROM alert_alert
    JOIN account_watch watch ON watch.id = watch_id ORDER BY 1`;
  expect(told).toEqual([
    { email: 'a@example.com', identity: 'package:pkg:npm/acme' },
    { email: 'c@example.com', identity: `sha256:${'cd'.repeat(32)}` },
  ]);
  // Two statements that can be read name the file, each of a signing of its own.
  for (const digest of ['cd'.repeat(32), 'ab'.repeat(64)]) {
    const { total, signings } = await findSignings(
      { sql: database.sql, statement: namedSql },
      { digest, limit: 9 },
    );
    expect([total, signings.map(({ index }) => index)]).toEqual([2, [5, 3]]);
    expect(signings.map(signerOf)).toMatchObject([{ value: 'builder@example.com' }, { kind: 'email' }]);
  }
  expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([]);
});

it.each(['rfc6962', 'static-ct'] as const)(
  'tells at once of a watched name in an entry of a CT log (%s) that does not read',
  async (dialect) => {
    const ct = await HostileCtLog.start(dialect);
    closers.push(() => ct.stop());
    await confirmedWatch(database, 'dev@example.com', 'a@example.com');
    mkdirSync(folder, { recursive: true });
    const logsFile = join(folder, 'logs.json');
    writeFileSync(logsFile, JSON.stringify({ logs: [ct.listing()] }));
    monitor = await runMonitor(database, { trustUrl: trust.url, logsFile });
    const verified = (size: number) => database.sql`
      SELECT 1 FROM monitor_log WHERE kind = 'ct' AND verified_size = ${size} AND state = 'following'`;
    await eventually(async () => expect(await verified(0)).toHaveLength(1), 20_000);
    ct.leaves.push(
      certificateLeaf(authority.certify({ email: 'dev@example.com' })),
      certificateLeaf(utf8('no certificate, of Dev@Example.com, at all')),
    );
    await eventually(async () => expect(await verified(2)).toHaveLength(1), 20_000);
    const told = await database.sql`
      SELECT entry_index::int AS at, facts->>'event' AS event, reasons FROM alert_alert`;
    expect(
      told.map(({ at, event, reasons }) => [at, event, (reasons as { rule: string }[])[0]?.rule]),
    ).toEqual([[1, 'issuance', 'unreadable-entry']]);
    expect(await database.sql`SELECT 1 FROM mail_outbox`).toHaveLength(1);
  },
);

it('CT logs that show one statement for ever are frozen, and an incident, until they speak again', async () => {
  const logs = await Promise.all((['rfc6962', 'static-ct'] as const).map((one) => HostileCtLog.start(one)));
  closers.push(...logs.map((ct) => () => ct.stop()));
  for (const ct of logs) ct.leaves.push(certificateLeaf(authority.certify({ email: 'dev@example.com' })));
  mkdirSync(folder, { recursive: true });
  const logsFile = join(folder, 'logs.json');
  writeFileSync(logsFile, JSON.stringify({ logs: logs.map((ct) => ct.listing({ freshWithin: 3 })) }));
  monitor = await runMonitor(database, { trustUrl: trust.url, logsFile });
  const states = async () =>
    (await database.sql`SELECT state FROM monitor_log WHERE kind = 'ct' AND verified_size = 1`).map(
      (row) => row['state'] as string,
    );
  const freezes = async () =>
    (await listIncidents({ sql: database.sql }, 9)).map(({ kind, resolvedAt }) => [
      kind,
      resolvedAt !== null,
    ]);
  await eventually(async () => expect(await states()).toEqual(['following', 'following']), 20_000);
  for (const ct of logs) ct.statedAt = Date.now();
  await eventually(async () => expect(await states()).toEqual(['frozen', 'frozen']), 20_000);
  await eventually(
    async () =>
      expect(await freezes()).toEqual([
        ['freeze', false],
        ['freeze', false],
      ]),
    20_000,
  );
  for (const ct of logs) ct.statedAt = undefined;
  await eventually(async () => expect(await states()).toEqual(['following', 'following']), 20_000);
  await eventually(async () => expect((await freezes()).every(([, isOver]) => isOver)).toBe(true), 20_000);
});

it('tells logs of one host apart by the rest of their addresses, and asks those of others less often', async () => {
  const listed = ['/one', '/two'].map((path, at) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = toBase64(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })));
    return {
      kind: 'ct',
      dialect: at === 0 ? 'rfc6962' : 'static-ct',
      url: `http://127.0.0.1:9${path}`,
      publicKey: spki,
    };
  });
  mkdirSync(folder, { recursive: true });
  const logsFile = join(folder, 'logs.json');
  writeFileSync(logsFile, JSON.stringify({ logs: listed }));
  monitor = await runMonitor(database, { trustUrl: trust.url, logsFile });
  const logs = () => database.sql`SELECT id, name FROM monitor_log WHERE kind = 'ct' ORDER BY url`;
  await eventually(async () =>
    expect((await logs()).map(({ name }) => name as string)).toEqual([
      '127.0.0.1:9 (/one)',
      '127.0.0.1:9 (/two)',
    ]),
  );
  const looks = await looksOf(database.sql, { pollMs: 250, othersPollMs: 2_000 });
  const own = await database.sql`SELECT id FROM monitor_log WHERE kind <> 'ct'`;
  expect((await logs()).map(({ id }) => looks.get(id as string)?.everyMs)).toEqual([2_000, 2_000]);
  expect(own.map(({ id }) => looks.get(id as string)?.everyMs)).toEqual([250]);
});

it('follows what LOGS_FILE names, with its authorities, from where it stands when told so', async () => {
  const other = await HostileLog.start();
  closers.push(() => other.stop());
  const elsewhere = new TestAuthority();
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  const leaf = () => rekorLeaf(elsewhere.certify({ email: 'dev@example.com', claims: { issuer: 'i' } }));
  other.append(...Array.from({ length: 11 }, leaf));
  const files = mkdtempSync(join(tmpdir(), 'sigwatch-logs-'));
  closers.push(async () => rmSync(files, { recursive: true }));
  writeFileSync(join(files, 'root.json'), JSON.stringify(trustRoot([other], [elsewhere])));
  writeFileSync(
    join(files, 'logs.json'),
    JSON.stringify({ trustRoots: [{ file: './root.json', start: 'now' }] }),
  );
  monitor = await runMonitor(database, { trustUrl: trust.url, logsFile: join(files, 'logs.json') });
  await eventually(async () =>
    expect(await database.sql`SELECT 1 FROM monitor_checkpoint WHERE size = 11`).toHaveLength(1),
  );
  other.append(leaf(), leaf());
  await eventually(async () => {
    const rows =
      await database.sql`SELECT start_size::int AS start, verified_size::int AS size, state FROM monitor_log WHERE kind = 'rekor-v2'`;
    expect(rows).toEqual([{ start: 11, size: 13, state: 'following' }]);
  });
  const entries =
    await database.sql`SELECT entry_index::int AS at, trust FROM monitor_entry ORDER BY entry_index`;
  expect(entries).toEqual([
    { at: 11, trust: 'trusted' },
    { at: 12, trust: 'trusted' },
  ]);
  expect((await alerts()).map(([, at]) => at)).toEqual([11, 12]);
});

it('follows two Rekor v1 logs that number their trees alike on one host, each under its key and its name', async () => {
  const other = await RekorV1Log.start();
  closers.push(() => other.stop());
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  log.append(...fillers.slice(0, 3));
  const path = join(folder, 'alike.json');
  mkdirSync(folder, { recursive: true });
  const single = { kind: 'rekor-v1', url: other.url, publicKey: toBase64(other.spki), name: 'Another' };
  writeFileSync(path, JSON.stringify({ logs: [single] }));
  monitor = await runMonitor(database, { trustUrl: trust.url, logsFile: path });
  await eventually(async () =>
    expect(await sizes()).toEqual([
      ['following', 3],
      ['following', 0],
    ]),
  );
  other.append(signed('dev@example.com'));
  await eventually(async () => expect(await alerts()).toHaveLength(1));
  const rows = await database.sql<{ id: string; name: string; url: string }[]>`
    SELECT id, name, url FROM monitor_log ORDER BY id`;
  expect(rows.map(({ name, url }) => [name, url])).toEqual([
    [`${new URL(log.url).host} signatures (v1)`, log.url],
    ['Another', other.url],
  ]);
  expect(rows[1]?.id).toMatch(new RegExp(`^${rows[0]?.id}-[0-9a-f]{16}$`));
  expect(await database.sql`SELECT 1 FROM monitor_incident`).toEqual([]);
});
