/**
 * What published monitors got wrong, each set up so that a monitor with the same fault fails here. The others of that list:
 * monitor-restart (cursor before the work), monitor-dialects (rollover, index off by one, entries left out),
 * monitor-follow (bytes not bound to the tree), workers/match (patterns that never match), monitor-mail (notifications).
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { certificateLeaf, CtLog } from '#tests/harness/ct-log.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
const signed = () => rekorLeaf(authority.certify({ email: 'dev@example.com' }));
let database: TestDatabase;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function follow(trust: TrustServer, smtpUrl?: string) {
  const monitor = await runMonitor(database, { trustUrl: trust.url }, smtpUrl);
  closers.push(() => monitor.stop());
  return monitor;
}
async function trusting(root: object): Promise<TrustServer> {
  const trust = await serveTrust(root);
  closers.push(() => trust.close());
  return trust;
}
const logs = () =>
  database.sql<{ state: string; size: number }[]>`SELECT state, verified_size::int AS size FROM monitor_log`;
const incidents = () => database.sql`SELECT kind FROM monitor_incident`;

it('a log that answers with fewer entries than asked for is asked for the rest, not passed over', async () => {
  const log = await CtLog.start();
  closers.push(() => log.stop());
  log.entriesAtOnce = 7;
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  const filler = certificateLeaf(authority.certify({ email: 'other@example.com' }));
  const wanted = [6, 7, 13, 255, 256, 299];
  for (let at = 0; at < 300; at++)
    log.leaves.push(
      wanted.includes(at) ? certificateLeaf(authority.certify({ email: 'dev@example.com' })) : filler,
    );
  await follow(await trusting({ ...trustRoot([], [authority]), ctlogs: [log.listing()] }));
  await eventually(async () => expect(await logs()).toEqual([{ state: 'following', size: 300 }]), 20_000);
  const matches = await database.sql`SELECT entry_index::int AS at FROM match_match ORDER BY 1`;
  expect(matches.map(({ at }) => at)).toEqual(wanted);
  const [indexed] = await database.sql`SELECT count(*)::int AS count FROM monitor_entry`;
  expect(indexed).toEqual({ count: 300 });
});

it('an empty log is no error, nor is one where nothing happens, and the first entry is found', async () => {
  const log = await HostileLog.start();
  closers.push(() => log.stop());
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  await follow(await trusting(trustRoot([log], [authority])));
  const quietly = async () => {
    const seen = log.requests;
    await eventually(() => expect(log.requests).toBeGreaterThan(seen + 10));
  };
  await quietly();
  expect(await logs()).toEqual([{ state: 'following', size: 0 }]);
  log.append(signed());
  await eventually(async () => expect(await logs()).toEqual([{ state: 'following', size: 1 }]));
  await quietly();
  expect(await logs()).toEqual([{ state: 'following', size: 1 }]);
  expect(await incidents()).toEqual([]);
  expect(await database.sql`SELECT entry_index::int AS at FROM alert_alert`).toEqual([{ at: 0 }]);
});

it.each([
  ['rewrites its past and grows', (log: HostileLog) => (log.fork(1, signed()), log.append(signed())), 'fork'],
  ['rewrites its past', (log: HostileLog) => log.fork(1, signed()), 'fork'],
  ['goes back', (log: HostileLog) => (log.misbehaviour = { kind: 'rewind', size: 2 }), 'rollback'],
  ['gets another key', (log: HostileLog) => log.changeKey(), 'key-change'],
])('a log that %s while nobody looks is held to what was verified before', async (_, meanwhile, kind) => {
  const log = await HostileLog.start();
  closers.push(() => log.stop());
  log.append(signed(), signed(), signed());
  const trust = await trusting(trustRoot([log], [authority]));
  const monitor = await runMonitor(database, { trustUrl: trust.url });
  await eventually(async () => expect(await logs()).toEqual([{ state: 'following', size: 3 }]));
  await monitor.stop();
  meanwhile(log);
  await follow(trust);
  await eventually(async () => expect(await incidents()).toEqual([{ kind }]));
  expect(await logs()).toEqual([{ state: 'misbehaving', size: 3 }]);
});

it('goes on following while no notification can be delivered, and keeps every one', async () => {
  const log = await HostileLog.start();
  closers.push(() => log.stop());
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  await follow(await trusting(trustRoot([log], [authority])), 'smtp://127.0.0.1:9');
  for (let size = 1; size <= 5; size++) {
    log.append(signed());
    await eventually(async () => expect(await logs()).toEqual([{ state: 'following', size }]));
  }
  expect(await database.sql`SELECT 1 FROM alert_alert`).toHaveLength(5);
  const waiting = await database.sql`SELECT DISTINCT state FROM mail_outbox`;
  expect(waiting).toEqual([{ state: 'queued' }]);
});
