/** What was indexed by an earlier version is read again: nothing counted twice, nobody told, and only from the same bytes. */
import { afterAll, expect, it } from 'vitest';
import { createLogger } from '#lib/server/logger.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { expectTrueHours, keepHours } from '#tests/harness/hours.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, runMonitor, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { logSources } from '#workers/follow/sources.ts';
import { IndexingThreads } from '#workers/match/indexing-threads.ts';
import { recountNames } from '#workers/tend/recount-names.ts';
import { rereadSome } from '#workers/tend/reread.ts';

const authority = new TestAuthority();
const { sql, url } = await freshDatabase();
const log = await HostileLog.start();
const trust = await serveTrust(trustRoot([log], [authority]));
const indexing = new IndexingThreads(1);
afterAll(async () => {
  await indexing.close();
  await log.stop();
  await trust.close();
});

const deps = {
  sql,
  logger: createLogger('workers', 'silent'),
  openSource: logSources({ firstWaitMs: 0, longestWaitMs: 0 }),
  indexing,
  authorities: () => [
    {
      uri: '',
      chain: [readCertificate(authority.certificate)],
      validFor: { start: new Date(0), end: undefined },
    },
  ],
};
const uri = (app: number) => `https://github.com/Acme/App${app}/.github/workflows/r.yml@refs/heads/main`;
const leaves = Array.from({ length: 1300 }, (_, at) =>
  rekorLeaf(authority.certify({ uri: uri(at % 9), claims: { issuer: 'i' } })),
);
const state = async () => ({
  entries: await sql`
    SELECT entry_index, certificate_hash, key_type, source, trust FROM monitor_entry ORDER BY entry_index`,
  identities: await sql`
    SELECT entry_index, kind, value, exact, name FROM monitor_identity ORDER BY entry_index, kind, value`,
  names: await sql`
    SELECT id, kind, value, trust, issuer, source, exact, entries, first_index, last_index FROM monitor_name ORDER BY id`,
  alerts: await sql`SELECT count(*) FROM alert_alert`,
});

it('ends as if the entries had been read by this version at first, wherever it was interrupted', async () => {
  log.append(...leaves);
  await confirmedWatch({ sql, url }, 'github.com/acme/app3', 'a@example.com', 'repository');
  const monitor = await runMonitor({ sql, url }, { trustUrl: trust.url });
  await eventually(async () =>
    expect(await sql`SELECT 1 FROM monitor_log WHERE verified_size = 1300`).toHaveLength(1),
  );
  await monitor.stop();
  const whole = await state();
  await expectTrueHours(sql);
  // As a version without fingerprints, key types, repositories and spellings left it.
  await sql`UPDATE monitor_entry SET certificate_hash = NULL, key_type = NULL, source = NULL`;
  await sql`DELETE FROM monitor_identity WHERE kind = 'repository'`;
  await sql`UPDATE monitor_identity SET exact = NULL, name = monitor_name_id(value, log_id, 'trusted', 'i', '', '')`;
  await sql`TRUNCATE monitor_name, monitor_hour`;
  await sql`UPDATE monitor_log SET named_from = verified_size, reread_until = verified_size`;
  expect(await rereadSome(deps)).toBe(false);
  while (await recountNames(sql, 500));
  await keepHours(sql);
  expect(await state()).not.toEqual(whole);

  expect(await rereadSome(deps)).toBe(true);
  const [{ left } = { left: 0 }] = await sql<{ left: number }[]>`
    SELECT (reread_until - reread_from)::int AS left FROM monitor_log`;
  expect(left).toBe(1300 - 1024);
  // Bytes that are not those that were verified are not taken for them.
  log.misbehaviour = { kind: 'change-bytes', from: 1100 };
  const halfway = await state();
  expect(await rereadSome(deps)).toBe(false);
  expect(await state()).toEqual(halfway);
  log.misbehaviour = { kind: 'honest' };
  // Two workers at once: one batch is written once.
  await Promise.all([rereadSome(deps), rereadSome(deps)]);
  while (await rereadSome(deps));
  expect(await state()).toEqual(whole);
  await keepHours(sql);
  await expectTrueHours(sql);
});
