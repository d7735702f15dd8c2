/** What was accepted on the settings page is quiet from then on, and nobody without the mailed link accepts anything. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { openPrisma } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { findOwnWatch } from '#app/watch/settings/asked.ts';
import { POST } from '#app/watch/settings/press/route.ts';
import { readProposals, readRules } from '#app/watch/settings/rules.ts';
import { pressRequest } from '#tests/harness/mailed-press.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
} from '#tests/harness/monitor.ts';
import type { TrustServer } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { application, built } from './replay-workload.ts';

const token = 'a-token-that-was-mailed';
const from = Date.parse('2026-11-01T09:00:00Z');
const authority = new TestAuthority();
let database: TestDatabase;
let log: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor;
let deps: Dependencies;
let alertId: string;

const release = (day: number, change = {}) =>
  rekorLeaf(
    authority.certify(
      built({ ...application, ref: `refs/tags/v1.${day}`, ...change }, from + day * 86_400_000, day).said,
    ),
  );
const alertsAre = (count: number) =>
  eventually(async () => expect(await database.sql`SELECT 1 FROM alert_alert`).toHaveLength(count));
const press = (fields: Record<string, string>, query = `alert=${alertId}&token=${token}`) =>
  POST(pressRequest(`http://watch.example/watch/settings/press?${query}`, fields));
const own = async () => {
  const watch = await findOwnWatch(deps, new URLSearchParams({ alert: alertId, token }));
  if (watch === undefined) throw new Error('no watch');
  return watch;
};

beforeEach(async () => {
  database = await freshDatabase();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
  const prisma = openPrisma(database.url, { max: 2 });
  const config = { web: { url: 'http://watch.example' } };
  const reads = { prisma, sql: database.sql, statement: namedSql, now: () => new Date() };
  deps = { ...reads, config, renderLetter } as unknown as Dependencies;
  provideDependencies(deps);
  await confirmedWatch(database, 'github.com/acme/app', 'a@example.com', 'repository');
  monitor = await runMonitor(database, { trustUrl: trust.url });
  log.append(...[0, 1, 2, 3, 4].map((day) => release(day)));
  await alertsAre(5);
  const [first] = await database.sql<{ id: string }[]>`
    UPDATE alert_alert SET token_hash = ${sha256(utf8(token))} WHERE entry_index = 0 RETURNING id`;
  alertId = first?.id ?? '';
});
afterEach(async () => {
  await monitor.stop();
  await deps.prisma.$disconnect();
  await Promise.all([log.stop(), trust.close()]);
});

it('makes what is accepted quiet, counts it, and tells again once it is taken back', async () => {
  const [proposal] = await readProposals(deps, await own());
  expect(proposal).toMatchObject({ signatures: 5, would: { looked: 5, hidden: 5, kept: 0 } });
  expect((await press({ act: 'accept', rule: JSON.stringify(proposal?.rule) })).status).toBe(303);
  expect(await readProposals(deps, await own())).toEqual([]);
  log.append(release(5), release(6, { trigger: 'pull_request_target' }));
  await alertsAre(7);
  const rows =
    await database.sql`SELECT verdict, mail_id IS NULL AS quiet FROM alert_alert ORDER BY entry_index`;
  expect(rows.slice(5)).toEqual([
    { verdict: 'expected', quiet: true },
    { verdict: 'unexpected', quiet: false },
  ]);
  const [rule] = await readRules(deps, await own());
  expect(rule).toMatchObject({ owner: 'a@example.com', hits: 1 });
  await press({ act: 'end', id: rule?.id ?? '' });
  log.append(release(7));
  await alertsAre(8);
  expect(await database.sql`SELECT 1 FROM alert_alert WHERE verdict = 'expected'`).toHaveLength(1);
});

it.each([
  ['no token', ''],
  ['another token', 'alert=ALERT&token=another-token-that-was-not'],
  ['two tokens', `alert=ALERT&token=${token}&token=${token}`],
  ['an alert that is not theirs', `token=${token}&alert=00000000-0000-4000-8000-000000000000`],
])('changes nothing for %s', async (_, query) => {
  const rule = { issuer: application.issuer, source: 'github.com/acme/app' };
  await press({ act: 'accept', rule: JSON.stringify(rule) }, query.replace('ALERT', alertId));
  expect(await database.sql`SELECT 1 FROM account_rule`).toHaveLength(0);
});

it('takes no rule that is wider than one owner', async () => {
  await press({
    act: 'accept',
    rule: JSON.stringify({ issuer: application.issuer, source: 'github.com/*' }),
  });
  await press({ act: 'accept', rule: '{"__proto__":1' });
  expect(await database.sql`SELECT 1 FROM account_rule`).toHaveLength(0);
});
