/** Logs that somebody adds to an instance: what they held before is history, what they show others is compared. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { findSignings } from '#app/signings/store.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { mirrorOf, newPlace, publishText } from '#tests/harness/tuf.ts';
import { newWitness } from '#tests/harness/new-witness.ts';

const authority = new TestAuthority();
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-listing-'));
const closers: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let own: HostileLog;
let added: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  own = await HostileLog.start();
  added = await HostileLog.start();
  trust = await serveTrust(trustRoot([own], [authority]));
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
});
afterEach(async () => {
  await monitor?.stop();
  monitor = undefined;
  await Promise.all([own.stop(), added.stop(), trust.close(), ...closers.splice(0).map((close) => close())]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const leaf = () => rekorLeaf(authority.certify({ email: 'dev@example.com', claims: { issuer: 'i' } }));

async function follow(logsFile: object): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'logs.json');
  writeFileSync(path, JSON.stringify(logsFile));
  const tufFolder = join(folder, 'tuf-client');
  monitor = await runMonitor(database, {
    trustUrl: trust.url,
    logsFile: path,
    tufFolder,
    sightingsMs: 100,
    trustEveryMs: 200,
    tufEveryMs: 200,
  });
}

async function stateOf(log: HostileLog): Promise<{ state: string; reason: string | null; size: number }> {
  const port = new URL(String((log.single() as { url: string }).url)).port;
  const [row] = await database.sql<{ state: string; reason: string | null; size: number }[]>`
    SELECT state, state_reason AS reason, verified_size::int AS size FROM monitor_log WHERE url LIKE ${`%:${port}/%`}`;
  return row ?? { state: 'unknown', reason: null, size: 0 };
}

const alerts = async () =>
  (await database.sql`SELECT entry_index::int AS at FROM alert_alert ORDER BY entry_index`).map(
    ({ at }) => at,
  );

it('what an added log held before is indexed and alerts nobody; what comes after does, and a successor has no past', async () => {
  added.append(leaf(), leaf(), leaf());
  writeFileSync(join(folder, 'root.json'), JSON.stringify(trustRoot([added], [authority])));
  await follow({ trustRoots: [{ file: './root.json' }] });
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size: 3 }));
  added.append(leaf());
  await eventually(async () => expect(await alerts()).toEqual([3]));
  expect(await database.sql`SELECT 1 FROM monitor_identity WHERE kind = 'email'`).toHaveLength(4);
  await monitor?.stop();
  // While nobody watched, the log went on in another shard: nothing in that is history.
  const shard = await HostileLog.start();
  closers.push(() => shard.stop());
  shard.append(leaf(), leaf());
  writeFileSync(join(folder, 'root.json'), JSON.stringify(trustRoot([added, shard], [authority])));
  await follow({ trustRoots: [{ file: './root.json' }] });
  await eventually(async () => expect(await alerts()).toEqual([0, 1, 3]));
});

it('a log that boasts of its size when it is added makes no history of what it holds later', async () => {
  added.misbehaviour = { kind: 'claim-size', size: 1n << 62n };
  added.append(leaf());
  await follow({ logs: [added.single()] });
  await eventually(async () =>
    expect(await database.sql`SELECT 1 FROM monitor_log WHERE history_size > 1`).toHaveLength(1),
  );
  added.misbehaviour = { kind: 'honest' };
  // It went back; a person looks at that, and lets it go on.
  await eventually(async () =>
    expect(await database.sql`UPDATE monitor_incident SET resolved_at = now() RETURNING 1`).toHaveLength(1),
  );
  await eventually(async () => expect((await stateOf(added)).size).toBe(1), 30_000);
  added.append(leaf());
  await eventually(async () => expect(await alerts()).toEqual([1]), 30_000);
});

it('one signature in two logs is one event, told of once', async () => {
  await follow({ logs: [added.single()] });
  await eventually(async () => expect((await stateOf(added)).state).toBe('following'));
  const digest = sha256(utf8('a file'));
  const certificate = authority.certify({ email: 'dev@example.com', claims: { issuer: 'i' } });
  own.append(rekorLeaf(certificate, digest));
  added.append(rekorLeaf(certificate, digest));
  await eventually(async () => {
    expect(await database.sql`SELECT 1 FROM match_match`).toHaveLength(2);
    expect(await database.sql`SELECT 1 FROM alert_alert`).toHaveLength(1);
  });
  const found = await findSignings(
    { sql: database.sql, statement: namedSql },
    { digest: toHex(digest), limit: 9 },
  );
  expect([found.total, found.signings]).toEqual([1, [expect.anything()]]);
  // Of another file with the same certificate it is told.
  own.append(leaf());
  await eventually(async () => expect(await database.sql`SELECT 1 FROM alert_alert`).toHaveLength(2));
});

it('the same leaf again and again in one log is one event, and of history none', async () => {
  const old = leaf();
  added.append(old);
  await follow({ logs: [added.single()] });
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size: 1 }));
  // By whom nobody trusts too: the cheapest thing to repeat.
  const untrusted = rekorLeaf(new TestAuthority().certify({ email: 'dev@example.com' }));
  const again = leaf();
  const flood = Array.from({ length: 30 }, () => [old, again, untrusted]).flat();
  added.append(...flood.slice(0, 45));
  await eventually(async () => expect((await stateOf(added)).size).toBe(46));
  added.append(...flood.slice(45));
  await eventually(async () => expect((await stateOf(added)).size).toBe(91));
  expect(await alerts()).toEqual([2, 3]);
  expect(await database.sql`SELECT 1 FROM match_match`).toHaveLength(90);
});

it('believes a checkpoint when as many witnesses have cosigned it as the policy asks for, and not before', async () => {
  const witnesses = ['w1', 'w2', 'w3'].map((name) => newWitness(`${name}.example`));
  const lines = witnesses.map(({ vkey }, at) => `witness w${at} ${vkey}`);
  writeFileSync(join(folder, 'policy'), [...lines, 'group two 2 w0 w1 w2', 'quorum two', ''].join('\n'));
  added.append(leaf());
  added.cosigners = [witnesses[0], witnesses[0]].flatMap((one) => one?.cosign ?? []);
  await follow({ logs: [added.single({ witnessPolicy: './policy' })] });
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'unwitnessed', size: 0 }));
  // What it takes from now on is no history: it must not slip past whoever watches by waiting for its witnesses.
  added.append(leaf());
  added.cosigners = witnesses.slice(0, 2).map(({ cosign }) => cosign);
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size: 2 }));
  await eventually(async () => expect(await alerts()).toEqual([1]));
});

it('calls a log quiet that grew and stands still, and no longer once it states the same size anew', async () => {
  await follow({ logs: [added.single()] });
  for (let size = 1; size <= 5; size++) {
    added.append(leaf());
    await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size }));
  }
  await database.sql`UPDATE monitor_checkpoint SET seen_at = now() - interval '1 hour'`;
  await database.sql`UPDATE monitor_log SET checkpoint_at = now() - interval '1 hour'`;
  await eventually(async () => expect((await stateOf(added)).reason).toContain('No new checkpoint since'));
  added.cosigners = [newWitness('w.example').cosign];
  await eventually(async () =>
    expect(await stateOf(added)).toEqual({ state: 'following', size: 5, reason: null }),
  );
});

/** Says of every log what it was told to: another monitor, or a witness. */
async function peerThatSaw(note: () => string): Promise<string> {
  const { origin } = added.single() as { origin: string };
  const path = `/seen/${toHex(sha256(utf8(origin)))}/checkpoint`;
  const server = createServer((request, response) => {
    if (request.url === path) response.end(note());
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/seen`;
}

it('catches a log that shows a peer another tree, with both statements; one that withholds is called frozen', async () => {
  added.append(leaf(), leaf());
  let seen = added.checkpoint();
  const peer = await peerThatSaw(() => seen);
  added.append(leaf(), leaf(), leaf());
  await follow({ logs: [added.single()], peers: [peer] });
  await eventually(async () =>
    expect(
      await database.sql`SELECT 1 FROM monitor_sighting WHERE verdict = 'agrees' AND size = 2`,
    ).toHaveLength(1),
  );
  // The peer is shown two more entries than we are, for longer than it takes to look.
  added.append(leaf(), leaf());
  seen = added.checkpoint();
  added.leaves.splice(5);
  await eventually(async () =>
    expect(
      await database.sql`SELECT 1 FROM monitor_sighting WHERE verdict = 'ahead' AND size = 7`,
    ).toHaveLength(1),
  );
  await database.sql`UPDATE monitor_sighting SET ahead_since = now() - interval '3 minutes'`;
  await eventually(async () => {
    const { state, reason } = await stateOf(added);
    expect(state).toBe('frozen');
    expect(reason).toContain('7 entries');
  });
  // And then another story altogether, of a size that we never saw a statement of.
  const honest = [...added.leaves];
  added.leaves.splice(0, added.leaves.length, ...honest.slice(0, 2), leaf());
  seen = added.checkpoint();
  added.leaves.splice(0, added.leaves.length, ...honest);
  await eventually(async () => expect((await stateOf(added)).state).toBe('misbehaving'));
  const [incident] = await database.sql`SELECT kind, before, after FROM monitor_incident`;
  expect(incident).toEqual({ kind: 'fork', before: expect.stringContaining('\n5\n'), after: seen });
  expect((await stateOf(own)).state).toBe('following');
});

it('follows the logs of a trust root that comes through TUF, a new shard of it too, and after it went away', async () => {
  const place = newPlace();
  publishText(place, JSON.stringify(trustRoot([added], [authority])));
  const mirror = await mirrorOf(place.folder);
  const root = toHex(sha256(new Uint8Array(await (await fetch(`${mirror.url}/1.root.json`)).arrayBuffer())));
  const logsFile = { trustRoots: [{ tuf: mirror.url, root }] };
  await follow(logsFile);
  await eventually(async () => expect((await stateOf(added)).state).toBe('following'));
  // Nobody starts anything anew; what was signed in the shard before it was found is told of too.
  const shard = await HostileLog.start();
  closers.push(() => shard.stop());
  shard.append(leaf(), leaf());
  publishText(place, JSON.stringify(trustRoot([added, shard], [authority])));
  await eventually(async () => expect(await stateOf(shard)).toMatchObject({ state: 'following', size: 2 }));
  await eventually(async () => expect(await alerts()).toEqual([0, 1]));
  await monitor?.stop();
  mirror.serve('/nonexistent');
  added.append(leaf());
  await follow(logsFile);
  // Its authority is still believed, though the repository does not answer.
  await eventually(async () =>
    expect(await database.sql`SELECT trust FROM monitor_entry`).toEqual(
      [0, 1, 2].map(() => ({ trust: 'trusted' })),
    ),
  );
});

it('reads LOGS_FILE again while it runs: a log that is written there is followed; a mistake, and an empty list, stop nothing', async () => {
  await follow({ logs: [] });
  const write = (text: string) => writeFileSync(join(folder, 'logs.json'), text);
  await eventually(async () => expect((await stateOf(own)).state).toBe('following'));
  added.append(leaf());
  write(JSON.stringify({ logs: [added.single()] }));
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size: 1 }));
  write('{"logs": [');
  added.append(leaf());
  await eventually(async () => expect(await alerts()).toEqual([1]));
  write(JSON.stringify({ logs: [] }));
  added.append(leaf());
  await eventually(async () => expect(await alerts()).toEqual([1, 2]));
  expect((await stateOf(added)).state).toBe('following');
});

it('the same checkpoint again and again is as old as when it was first seen, and frozen when it was to be fresh', async () => {
  added.append(leaf());
  await follow({ logs: [added.single({ freshWithin: 3 })] });
  const stamp = async () =>
    (
      await database.sql<{ at: Date; asked: Date; state: string }[]>`
        SELECT checkpoint_at AS at, polled_at AS asked, state FROM monitor_log WHERE verified_size = 1`
    )[0];
  const first = await eventually(async () => {
    const row = await stamp();
    expect(row?.state).toBe('following');
    return row;
  });
  const last = await eventually(async () => {
    const row = await stamp();
    expect(row?.state).toBe('frozen');
    return row;
  });
  expect(last?.at).toEqual(first?.at);
  expect(last?.asked.getTime()).toBeGreaterThan((first?.at.getTime() ?? 0) + 2_900);
  added.append(leaf());
  await eventually(async () => expect(await stateOf(added)).toMatchObject({ state: 'following', size: 2 }));
});

it.each([
  ['an address of another kind', { logs: [{ kind: 'ct', url: 'file:///etc/passwd', publicKey: '' }] }],
  ['a field nobody knows', { logs: [], more: 1 }],
  ['a trust root that is none', { trustRoots: [{ file: './bad.json' }] }],
])('a LOGS_FILE with %s stops the process with one sentence', async (_, logsFile) => {
  const path = join(folder, 'bad.json');
  writeFileSync(path, JSON.stringify(logsFile));
  const { code, out } = await new Promise<{ code: number | null; out: string }>((done) => {
    const env = { ...process.env, LOGS_FILE: path, DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], { env });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
    child.on('close', (exitCode) => done({ code: exitCode, out: told }));
  });
  expect(code).toBe(1);
  expect(out.match(/LOGS_FILE: /g)).toHaveLength(1);
  expect(out).not.toMatch(/"stack"|\n\s+at /);
});
