/** What the monitor knows of itself: that it would see a signature, when it was blind, and what one log has alone. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { findUnusedCertificates } from '#workers/alert/unused.ts';
import { compareLogs } from '#workers/tend/cross-log.ts';
import { recountNames } from '#workers/tend/recount-names.ts';
import { hashedRekordBody, LogProcess, makeSigner } from './log-process.ts';

const authority = new TestAuthority();
let database: TestDatabase;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it('sees what it signed itself within seconds, not before anybody else signed, and says so when the log takes nothing', async () => {
  const [caPort = 0] = await freePorts(1);
  const log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  closers.push(() => log.remove());
  await log.start();
  const { logId, spki } = await log.identity('rekor-v2');
  const publicKey = {
    rawBytes: toBase64(spki),
    keyDetails: 'PKIX_ED25519',
    validFor: { start: '2020-01-01T00:00:00Z' },
  };
  const listing = { baseUrl: log.url, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId: logId } };
  const trust = await serveTrust({ ...trustRoot([], [authority]), tlogs: [listing] });
  closers.push(() => trust.close());
  const canary = { logUrl: log.url, everyMs: 500 };
  const monitor = await runMonitor(database, { trustUrl: trust.url, canary, tendMs: 50 });
  closers.push(() => monitor.stop());
  const state = () =>
    database.sql`SELECT verified_size::int AS size FROM monitor_log WHERE state = 'following'`;
  await eventually(async () => expect(await state()).toEqual([{ size: 0 }]), 20_000);
  expect(await database.sql`SELECT 1 FROM monitor_canary`).toEqual([]);
  const body = JSON.stringify(hashedRekordBody(makeSigner()));
  const posted = await fetch(`${log.url}/api/v2/log/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(posted.status).toBe(201);
  await eventually(async () => {
    const seen = await database.sql`
      SELECT extract(epoch FROM seen_at - asked_at)::float AS took, entry_index::int AS at, acknowledged_at IS NOT NULL AS taken
      FROM monitor_canary WHERE seen_at IS NOT NULL AND acknowledged_at IS NOT NULL`;
    expect(seen.length).toBeGreaterThan(1);
    for (const { took, at } of seen) {
      expect(took).toBeLessThan(10);
      expect(at).toBeGreaterThan(0);
    }
  }, 20_000);
  const digests = await database.sql<{ same: boolean }[]>`
    SELECT entry.digest = canary.digest AS same FROM monitor_canary canary
    JOIN monitor_entry entry USING (log_id, entry_index) WHERE canary.seen_at IS NOT NULL`;
  expect(digests.every(({ same }) => same)).toBe(true);
  await log.end('SIGKILL');
  await eventually(
    async () =>
      expect(await database.sql`SELECT 1 FROM monitor_canary WHERE failure IS NOT NULL`).not.toEqual([]),
    20_000,
  );
  expect(fromBase64(logId)).toHaveLength(32);
}, 60_000);

it('keeps for how long nobody could have been told, and why, whoever was away', async () => {
  const log = await HostileLog.start();
  closers.push(() => log.stop());
  const trust = await serveTrust(trustRoot([log], [authority]));
  closers.push(() => trust.close());
  const leaf = rekorLeaf(authority.certify({ email: 'dev@example.com' }));
  log.append(leaf);
  const monitor = await runMonitor(database, { trustUrl: trust.url });
  const state = async () =>
    (await database.sql`SELECT state FROM monitor_log`).map((row) => row['state'] as string);
  await eventually(async () => expect(await state()).toEqual(['following']));
  log.misbehaviour = { kind: 'html' };
  await eventually(async () => expect(await state()).toEqual(['unreachable']));
  const back = (minutes: number) =>
    database.sql`UPDATE monitor_log SET verified_at = date_trunc('second', now()) - ${minutes} * interval '1 minute'`;
  await back(10);
  log.misbehaviour = { kind: 'honest' };
  const blind = () => database.sql`
    SELECT reason, round(extract(epoch FROM until_at - from_at) / 60)::int AS minutes FROM monitor_blind ORDER BY from_at DESC`;
  await eventually(async () => expect(await blind()).toMatchObject([{ minutes: 10 }]));
  expect((await blind())[0]?.['reason']).not.toContain('not looked at');
  await monitor.stop();
  await back(3);
  const again = await runMonitor(database, { trustUrl: trust.url });
  closers.push(() => again.stop());
  await eventually(async () =>
    expect(await blind()).toMatchObject([
      { minutes: 3, reason: 'The log was not looked at.' },
      { minutes: 10 },
    ]),
  );
}, 60_000);

it('counts names again that were not counted, a little at a time, to the same sums', async () => {
  const log = await HostileLog.start();
  const trust = await serveTrust(trustRoot([log], [authority]));
  const leaf = (email: string, issuer: string) =>
    rekorLeaf(
      authority.certify({ email, claims: { issuer, sourceRepositoryUri: 'https://github.com/a/b' } }),
    );
  log.append(...Array.from({ length: 40 }, (_, at) => leaf(`dev${at % 3}@example.com`, `i${at % 2}`)));
  const monitor = await runMonitor(database, { trustUrl: trust.url });
  closers.push(
    () => log.stop(),
    () => trust.close(),
  );
  const verified = () => database.sql`SELECT 1 FROM monitor_log WHERE verified_size = 40`;
  await eventually(async () => expect(await verified()).toHaveLength(1));
  await monitor.stop();
  const names = () => database.sql`
    SELECT id, value, issuer, source, entries::int AS entries, first_index::int AS first, last_index::int AS last
    FROM monitor_name ORDER BY id`;
  const before = await names();
  await database.sql`DELETE FROM monitor_name`;
  await database.sql`UPDATE monitor_log SET named_from = 40`;
  while (await recountNames(database.sql, 7));
  expect(before.length).toBeGreaterThan(6);
  expect(await names()).toEqual(before);
});

describe('logs of two kinds', () => {
  const log = (id: string, kind: string, state = 'following', family = '') => database.sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, family, verified_at)
    VALUES (${id}, ${kind}, '', '', '', '', ${state}, ${family}, now())`;
  /** A log was looked at by a worker until then, without being read to its end. */
  const lookedAtInVain = (id: string, minutes: number) => database.sql`
    INSERT INTO monitor_comparison AS known (log_id, unread_since) VALUES (${id}, now() - ${minutes} * interval '1 minute')
    ON CONFLICT (log_id) DO UPDATE SET unread_since = excluded.unread_since, kept_at = now()`;
  const isRead = (id: string, minutesAgo = 0) => database.sql`
    UPDATE monitor_log SET state = 'following', verified_at = now() - ${minutesAgo} * interval '1 minute' WHERE id = ${id}`;
  const entry = (
    logId: string,
    index: number,
    certificate: string,
    trust = 'trusted',
    minutesAgo = 30,
  ) => database.sql`
    INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, trust, certificate_key, claims, seen_at)
    VALUES (${logId}, ${index}, '', 'x', ${trust}, ${Buffer.from(certificate)}, '{}', now() - ${minutesAgo} * interval '1 minute')`;
  const facts = () =>
    database.sql`SELECT log_id, entry_index::int AS at, fact FROM monitor_cross_log ORDER BY 1, 2`;

  it('are compared both ways, after a while, and a fact is taken back when what was missing comes', async () => {
    await log('ct', 'ct');
    await log('rekor', 'rekor-v2');
    await entry('ct', 0, 'both');
    await entry('rekor', 0, 'both');
    await entry('ct', 1, 'unused');
    await entry('rekor', 1, 'hidden');
    await entry('rekor', 2, 'forged', 'untrusted');
    await entry('ct', 2, 'just now', 'trusted', 1);
    await compareLogs(database.sql, 10 * 60_000);
    const unused = { log_id: 'ct', at: 1, fact: 'certificate-without-signature' };
    const hidden = { log_id: 'rekor', at: 1, fact: 'signature-without-certificate' };
    expect(await facts()).toEqual([unused, hidden]);
    await entry('rekor', 3, 'unused', 'trusted', 0);
    await compareLogs(database.sql, 10 * 60_000);
    expect(await facts()).toEqual([hidden]);
  });

  it.each(['ct', 'rekor'])(
    'are compared by every trusted signer of an entry, in the log %s too where it is not the best',
    async (alone) => {
      await log('ct', 'ct');
      await log('rekor', 'rekor-v2');
      const second = (logId: string, certificate: string, trust = 'trusted') => database.sql`
        INSERT INTO monitor_signer (log_id, entry_index, place, trust, claims, certificate_key)
        VALUES (${logId}, 0, ${trust === 'trusted' ? 1 : 2}, ${trust}, '{}', ${Buffer.from(certificate)})`;
      const other = alone === 'ct' ? 'rekor' : 'ct';
      await entry(alone, 0, 'first');
      await second(alone, 'second');
      await second(alone, 'forged', 'untrusted');
      await entry(other, 0, 'first');
      await compareLogs(database.sql, 10 * 60_000);
      expect(await facts()).toMatchObject([{ log_id: alone, at: 0 }]);
      // Another comes for the one that was there already: the second is still missing.
      await entry(other, 1, 'first');
      await compareLogs(database.sql, 10 * 60_000);
      expect(await facts()).toHaveLength(1);
      await entry(other, 2, 'another');
      await database.sql`
        INSERT INTO monitor_signer (log_id, entry_index, place, trust, claims, certificate_key)
        VALUES (${other}, 2, 1, 'trusted', '{}', ${Buffer.from('second')})`;
      await compareLogs(database.sql, 10 * 60_000);
      expect((await facts()).filter(({ log_id: id }) => id === alone)).toEqual([]);
    },
  );

  it('pass over no unused certificate, however many come, and look at each but once', async () => {
    await log('ct', 'ct');
    await log('rekor', 'rekor-v2');
    await log('waited for', 'ct', 'following', 'elsewhere');
    await log('unread', 'rekor-v2', 'unreachable', 'elsewhere');
    const watch = await confirmedWatch(database, 'dev@example.com', 'busy@example.com');
    const fill = (logId: string, count: number, minutesAgo: number) => database.sql`
      WITH entries AS (
        INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, trust, certificate_key, claims, seen_at)
        SELECT ${logId}, n, '', 'x', 'trusted', decode(md5(${logId} || n), 'hex'), '{}', now()
        FROM generate_series(1, ${count}::int) n)
      INSERT INTO match_match (watch_id, log_id, entry_index, at, ask_use_at)
      SELECT ${watch}, ${logId}, n, now() - ${minutesAgo} * interval '1 minute', now() - ${minutesAgo} * interval '1 minute'
      FROM generate_series(1, ${count}::int) n`;
    // More than one lot of those that wait come first, and one has been due since before anybody was away for long.
    await fill('waited for', 600, 50);
    await fill('ct', 1_200, 30);
    await database.sql`
      UPDATE match_match SET at = now() - interval '30 days', ask_use_at = now() - interval '30 days'
      WHERE log_id = 'ct' AND entry_index = 7`;
    await entry('rekor', 0, 'other');
    await database.sql`
      UPDATE monitor_entry SET certificate_key = decode(md5('ct9'), 'hex') WHERE log_id = 'rekor'`;
    // With no time at all it still gets on by a lot.
    expect(await findUnusedCertificates(database.sql, 10 * 60_000, 0)).toBe(1);
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(1_198);
    const due = await database.sql`
      SELECT log_id, count(*)::int AS due FROM match_match WHERE ask_use_at IS NOT NULL GROUP BY 1`;
    expect(due).toEqual([{ log_id: 'waited for', due: 600 }]);
    await database.sql`UPDATE monitor_log SET state = 'following' WHERE id = 'unread'`;
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(0);
    await database.sql`UPDATE match_match SET ask_use_at = at WHERE ask_use_at IS NOT NULL`;
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(600);
  });

  it('say nothing of one another while one of them is not read to its end, for an hour', async () => {
    await log('ct', 'ct');
    await log('other ct', 'ct', 'unreachable');
    await log('rekor', 'rekor-v2', 'behind');
    await entry('rekor', 0, 'long hidden', 'trusted', 90);
    await entry('ct', 0, 'unused');
    await entry('rekor', 1, 'hidden');
    await compareLogs(database.sql, 10 * 60_000);
    expect(await facts()).toEqual([]);
    await lookedAtInVain('other ct', 59);
    await compareLogs(database.sql, 10 * 60_000);
    expect(await facts()).toEqual([]);
    await lookedAtInVain('other ct', 61);
    await compareLogs(database.sql, 10 * 60_000);
    expect(await facts()).toMatchObject([{ log_id: 'rekor', at: 0 }]);
  });

  it.each([
    ['one of them could not be read', 'unreachable'],
    ['nobody looked', 'following'],
  ])('judge everything, and nothing too early, after three hours in which %s', async (_, state) => {
    await log('ct', 'ct');
    await log('rekor', 'rekor-v2');
    for (const [at, minutesAgo] of [190, 170, 20].entries()) {
      await entry('ct', at, `unused ${at}`, 'trusted', minutesAgo);
      await entry('ct', 10 + at, `used ${at}`, 'trusted', 19);
    }
    await entry('rekor', 0, 'hidden', 'trusted', 181);
    const watch = await confirmedWatch(database, 'dev@example.com', 'gap@example.com');
    await database.sql`
      INSERT INTO match_match (watch_id, log_id, entry_index, at, ask_use_at)
      SELECT ${watch}, log_id, entry_index, seen_at, seen_at FROM monitor_entry WHERE log_id = 'ct'`;
    const due = () => database.sql`UPDATE match_match SET ask_use_at = at WHERE ask_use_at IS NOT NULL`;
    // As it stands in the database when work goes on; and when it was last read that was too early for any of these.
    await isRead('rekor', 185);
    await isRead('ct', 185);
    await database.sql`UPDATE monitor_log SET state = ${state} WHERE id = 'rekor'`;
    await lookedAtInVain('rekor', 184);
    await database.sql`UPDATE monitor_comparison SET kept_at = now() - interval '180 minutes'`;
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(0);
    await compareLogs(database.sql, 10 * 60_000);
    await due();
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(0);
    expect(await facts()).toEqual([]);
    // Now what was signed meanwhile is read too.
    for (const at of [0, 1, 2]) await entry('rekor', 1 + at, `used ${at}`, 'trusted', 0);
    await isRead('rekor');
    await isRead('ct');
    await compareLogs(database.sql, 10 * 60_000);
    await due();
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(3);
    expect((await facts()).map(({ log_id: id, at }) => [id, at])).toEqual([
      ['ct', 0],
      ['ct', 1],
      ['ct', 2],
      ['rekor', 0],
    ]);
  });

  it.each([
    ['a list of others', 'unreachable', 'elsewhere'],
    ['its own list, that misbehaves,', 'misbehaving', ''],
  ])(
    'are compared while a log of %s is in trouble, and of an unused certificate is told',
    async (_, state, family) => {
      await log('ct', 'ct');
      await log('rekor', 'rekor-v2');
      await log('other ct', 'ct', state, family);
      await log('other rekor', 'rekor-v2', state, family);
      await entry('ct', 0, 'unused');
      await entry('rekor', 0, 'hidden');
      await compareLogs(database.sql, 10 * 60_000);
      expect(await facts()).toMatchObject([{ log_id: 'ct' }, { log_id: 'rekor' }]);
      const watch = await confirmedWatch(database, 'dev@example.com', 'a@example.com');
      await database.sql`
      INSERT INTO match_match (watch_id, log_id, entry_index, at, ask_use_at)
      VALUES (${watch}, 'ct', 0, now() - interval '30 minutes', now() - interval '30 minutes')`;
      expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(1);
    },
  );

  it('name whom an unused certificate was issued for, whatever of it is watched', async () => {
    await log('ct', 'ct');
    await entry('ct', 0, 'unused');
    await database.sql`
      INSERT INTO monitor_identity (log_id, entry_index, kind, value, exact, seen_at, name)
      VALUES ('ct', 0, 'email', 'dev@example.com', 'Dev@Example.com', now(), gen_random_uuid())`;
    for (const [value, kind] of [
      ['dev@example.com', 'email'],
      ['ab'.repeat(32), 'key'],
    ] as const) {
      const watch = await confirmedWatch(database, value, `${kind}@example.net`, kind);
      await database.sql`
        INSERT INTO match_match (watch_id, log_id, entry_index, at, ask_use_at)
        VALUES (${watch}, 'ct', 0, now() - interval '2 hours', now() - interval '2 hours')`;
    }
    expect(await findUnusedCertificates(database.sql, 10 * 60_000)).toBe(2);
    const told = await database.sql`
      SELECT facts->>'identityKind' AS kind, facts->>'signer' AS signer, facts->'exact' AS exact FROM alert_alert
      WHERE facts->>'event' = 'issuance' AND facts->>'identityKind' IN ('key', 'email') AND log_id = 'ct'
        AND created_at > now() - interval '1 minute' ORDER BY 1`;
    const exact = { 'dev@example.com': 'Dev@Example.com' };
    expect(told).toEqual([
      { kind: 'email', signer: null, exact },
      { kind: 'key', signer: 'dev@example.com', exact },
    ]);
  });
});
