/**
 * What a hostile log can do, in every dialect, each detected with the right verdict and no other. Where each is held:
 *
 * | What the log does             | tiles (Rekor v2)                 | RFC 6962, static-ct    | Rekor v1           |
 * | ----------------------------- | -------------------------------- | ---------------------- | ------------------ |
 * | forks, at one size or later   | monitor-follow, monitor-evidence | here                   | here               |
 * | goes back                     | monitor-follow, monitor-rivals   | here, monitor-evidence | here               |
 * | other bytes than it signed    | monitor-follow, monitor-evidence | here                   | monitor-dialects   |
 * | bad signature, another key    | monitor-follow, monitor-told     | here                   | none: notes are    |
 * |                               |                                  |                        | opened as of tiles |
 * | another key, by the trust root| here                             | none, the same code    | none               |
 * | a new shard in a run          | monitor-listing (TUF), log-rotation | log-rotation        | monitor-dialects   |
 * | shows others another tree     | here (User-Agent), monitor-split-view (address) | monitor-split-view | monitor-split-view |
 * | stands still, withholds       | monitor-listing, freshness.test  | monitor-dialects       | none, the same code|
 * | no witness quorum             | monitor-listing, monitor-split-view | monitor-split-view: static-ct, RFC 6962 has no place for it | takes no policy |
 * | a witness's signature is wrong| monitor-split-view               | monitor-split-view     | takes no policy    |
 * | cut or short pages            | monitor-follow                   | here, monitor-rivals   | monitor-dialects   |
 * | HTML, 2^62, gzip, no end      | monitor-follow, monitor-caps     | here, monitor-caps     | monitor-caps       |
 * | stalls, drips, makes us wait  | monitor-follow, monitor-fetch    | monitor-caps           | monitor-caps       |
 *
 * One for all dialects: redirects into our network (monitor-fetch); entries that do not read (monitor-follow,
 * monitor-recall); NUL, case, IDN and odd places of names (monitor-identities, monitor-recall); the same entry again
 * (monitor-listing); keys without a certificate (monitor-identities, monitor-claimed-names); a missed canary (monitor-tend),
 * which is an alarm to operators (troubles).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkUnsigned } from '#lib/source/unsigned-document.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { certificateLeaf } from '#tests/harness/ct-log.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileCtLog, type CtDialect } from '#tests/harness/hostile-ct-log.ts';
import { HostileLog, whoCallsItself } from '#tests/harness/hostile-log.ts';
import { runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { RekorV1Log, rekorV1Leaf } from '#tests/harness/rekor-v1-log.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';

const authority = new TestAuthority();
const certificates = Array.from({ length: 12 }, (_, at) =>
  authority.certify({ email: `dev${at}@example.com` }),
);
const leaves = certificates.map(certificateLeaf);
const entries = certificates.map((certificate) => rekorLeaf(certificate));
const other = certificateLeaf(authority.certify({ email: 'other@example.com' }));

interface Case {
  readonly does: (log: HostileCtLog) => void;
  /** The incident, or the state of a log that is merely in trouble. */
  readonly incident?: Readonly<Record<CtDialect, string>>;
  readonly state?: string;
}
const both = (kind: string) => ({ rfc6962: kind, 'static-ct': kind });
const cases: Readonly<Record<string, Case>> = {
  'is honest and grows': { does: (log) => log.leaves.push(...leaves.slice(6, 9)), state: 'following' },
  'rewrites its past': { does: (log) => (log.leaves[1] = other), incident: both('fork') },
  'rewrites its past and grows': {
    does: (log) => {
      log.leaves[1] = other;
      log.leaves.push(...leaves.slice(6, 9));
    },
    incident: both('fork'),
  },
  'goes back': { does: (log) => log.leaves.splice(3), incident: both('rollback') },
  'serves other entries': {
    does: (log) => {
      log.changedFrom = 7;
      log.leaves.push(...leaves.slice(6, 9));
    },
    incident: both('wrong-bytes'),
  },
  'signs badly': { does: (log) => (log.signsBadly = true), incident: both('bad-signature') },
  // A tree head of RFC 6962 does not say whose key it is of.
  'signs with another key': {
    does: (log) => log.changeKey(),
    incident: { rfc6962: 'bad-signature', 'static-ct': 'key-change' },
  },
  'cuts its pages': {
    does: (log) => {
      log.entriesAs = (body) => body.subarray(0, -1);
      log.leaves.push(...leaves.slice(6, 9));
    },
    state: 'unreachable',
  },
  'shows a page for everything': {
    does: (log) => (log.page = '<!doctype html><title>Log in</title>'),
    state: 'unreachable',
  },
  'claims 2^62 entries': { does: (log) => (log.claimedSize = 2n ** 62n), state: 'unreachable' },
};
const dialects: readonly CtDialect[] = ['rfc6962', 'static-ct'];
const kinds = await Promise.all(
  Object.entries(cases).flatMap(([name, one]) =>
    dialects.map(async (dialect) => ({ name, dialect, one, log: await HostileCtLog.start(dialect) })),
  ),
);
const ofV1 = await Promise.all(
  [
    { does: (log: RekorV1Log) => replaceLeaf(log), incident: 'fork' },
    { does: (log: RekorV1Log) => log.trees[0]?.leaves.splice(3), incident: 'rollback' },
    { does: (log: RekorV1Log) => (log.signsBadly = true), incident: 'bad-signature' },
    { does: (log: RekorV1Log) => log.changeKey(), incident: 'key-change' },
  ].map(async (one, at) => ({ ...one, log: await numberedLog(String(7_000_000_000 + at)) })),
);
const [twoFaced, relisted] = [await HostileLog.start(), await HostileLog.start()];
/** Another monitor, which asks under a name of its own and hands on what it was shown. */
const peer = createServer((_, response) => {
  const { url } = twoFaced.single() as { url: string };
  void fetch(`${url}/checkpoint`, { headers: { 'user-agent': 'somebody-else/1' } })
    .then((seen) => seen.text())
    .then((text) => response.end(text));
});
/** Trees of one host are told apart by their numbers. */
async function numberedLog(id: string): Promise<RekorV1Log> {
  const log = await RekorV1Log.start();
  const v1 = certificates.slice(0, 6).map((certificate, at) => rekorV1Leaf(certificate, at));
  log.trees.splice(0, 1, { id, leaves: v1 });
  return log;
}
function replaceLeaf(log: RekorV1Log): void {
  log.trees[0]?.leaves.splice(1, 1, rekorV1Leaf(authority.certify({ email: 'other@example.com' })));
}
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-hostile-'));
const logsFile = join(folder, 'logs.json');
for (const { log } of kinds) log.leaves.push(...leaves.slice(0, 6));
for (const log of [twoFaced, relisted]) log.append(...entries.slice(0, 5));
writeFileSync(
  logsFile,
  JSON.stringify({ logs: kinds.map(({ log }) => log.listing()), peers: [await listen(peer)] }),
);
const database = await freshDatabase();
const root = trustRoot([twoFaced, relisted], [authority]) as { tlogs: object[] };
const trust = await serveTrust({ ...root, tlogs: [...root.tlogs, ...ofV1.map(({ log }) => log.listing())] });
const run = () =>
  runMonitor(database, { trustUrl: trust.url, logsFile, sightingsMs: 100, tufFolder: join(folder, 'tuf') });
let monitor = await run();
afterAll(async () => {
  await monitor.stop();
  await Promise.all(
    [...[...kinds, ...ofV1].map(({ log }) => log), twoFaced, relisted].map((log) => log.stop()),
  );
  await trust.close();
  await close(peer);
  rmSync(folder, { recursive: true });
});

async function found(url: string): Promise<{ state: string; size: number; incidents: string[] }> {
  const [row] = await database.sql<{ state: string; size: number; incidents: string[] }[]>`
    SELECT state, verified_size::int AS size,
      array(SELECT kind FROM monitor_incident WHERE log_id = log.id ORDER BY opened_at) AS incidents
    FROM monitor_log log WHERE starts_with(url, ${url})`;
  return row ?? { state: 'unknown', size: 0, incidents: [] };
}
const addressOf = (log: HostileLog) => String((log.listing() as { baseUrl: string }).baseUrl);

it('a CT log that misbehaves is caught for what it did, in both dialects, and an honest one is not', async () => {
  await eventually(async () => {
    for (const { log, name, dialect } of kinds)
      expect(await found(log.url), `${dialect} ${name}`).toEqual({
        state: 'following',
        size: 6,
        incidents: [],
      });
  }, 40_000);
  for (const { one, log } of kinds) one.does(log);
  await eventually(async () => {
    for (const { log, name, dialect, one } of kinds) {
      const { state, incidents } = await found(log.url);
      const wanted = one.incident === undefined ? [] : [one.incident[dialect]];
      expect([state, incidents], `${dialect} ${name}`).toEqual([one.state ?? 'misbehaving', wanted]);
    }
  }, 40_000);
  for (const { log, name, one } of kinds)
    if (one.state !== undefined)
      expect((await found(log.url)).size, name).toBe(name === 'is honest and grows' ? 9 : 6);
});

it('a Rekor v1 log that rewrites its past, goes back, signs badly or with another key is caught', async () => {
  await eventually(async () => {
    for (const { log } of ofV1)
      expect(await found(log.url)).toEqual({ state: 'following', size: 6, incidents: [] });
  }, 20_000);
  for (const { does, log } of ofV1) does(log);
  await eventually(async () => {
    for (const { log, incident } of ofV1)
      expect(await found(log.url)).toEqual({ state: 'misbehaving', size: 6, incidents: [incident] });
  }, 20_000);
});

it('a log that shows others another tree by what they call themselves is caught by what they saw', async () => {
  expect(await found(addressOf(twoFaced))).toEqual({ state: 'following', size: 5, incidents: [] });
  twoFaced.misbehaviour = {
    kind: 'two-faced',
    to: whoCallsItself('somebody-else'),
    leaves: [...entries.slice(0, 4), ...entries.slice(10, 11)],
  };
  await eventually(
    async () =>
      expect(await found(addressOf(twoFaced))).toEqual({
        state: 'misbehaving',
        size: 5,
        incidents: ['fork'],
      }),
    20_000,
  );
});

it('another key that the trust root lists without a word is not taken, and both keys and statements are kept', async () => {
  await monitor.stop();
  relisted.changeKey();
  trust.root = trustRoot([relisted], [authority]);
  monitor = await run();
  await eventually(
    async () => expect((await found(addressOf(relisted))).incidents).toEqual(['key-change']),
    20_000,
  );
  const [row] = await database.sql<{ evidence: string }[]>`
    SELECT evidence FROM monitor_incident incident JOIN monitor_log log ON log.id = incident.log_id
    WHERE starts_with(log.url, ${addressOf(relisted)})`;
  expect(checkUnsigned(JSON.parse(row?.evidence ?? ''))).toMatchObject({
    outcome: 'proved',
    words:
      'its key signed a tree of 5 entries, and another key, listed under its name, signed one of 5 entries',
  });
});
