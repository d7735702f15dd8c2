/**
 * Ninety days of routine signatures, then what they teach is accepted, then ninety days more: almost nobody is told. The
 * same with attacks mixed in: each is told, in one mail, with its reason. Through the real monitor and a real database.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { learnBaseline } from '#lib/rules/baseline.ts';
import type { PastSigning } from '#lib/rules/history.ts';
import { reasonsSchema } from '#lib/rules/verdict.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { certificateLeaf, CtLog } from '#tests/harness/ct-log.ts';
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
import {
  application,
  attacks,
  built,
  leaverEmail,
  otherLookAlike,
  ownFile,
  person,
  personEmail,
  quiet,
  routine,
  vault,
  type Attack,
  type Build,
  type Signing,
} from './replay-workload.ts';

const day = 86_400_000;
const began = Date.parse('2026-02-02T00:00:00Z');
const onboarded = began + 90 * day;
const attacked = onboarded + 90 * day + 3_600_000;
const seed = 20_261_123;
const watched = [
  ['github.com/acme/app', 'repository'],
  ['github.com/acme/library', 'repository'],
  ['github.com/acme/quiet', 'repository'],
  ['github.com/acme/vault', 'repository'],
  [personEmail, 'email'],
  [leaverEmail, 'email'],
] as const;

const trusted = new TestAuthority();
const stranger = new TestAuthority();
let database: TestDatabase;
let log: HostileLog;
let issued: CtLog;
let trust: TrustServer;
let monitor: RunningMonitor;

const certificateOf = ({ said, forged }: Signing) => (forged === true ? stranger : trusted).certify(said);

/** A person signs once a week, at one login provider and from no repository. */
const byHand = (from: number, email = personEmail): Signing[] =>
  Array.from({ length: 12 }, (_, week) => from + week * 7 * day + 36_000_000).map((at) => ({
    at,
    said: { ...person(at), email },
  }));

const inOrder = (signings: readonly Signing[]) => signings.toSorted((a, b) => a.at - b.at);

/** Every certificate is logged when it is issued, as authorities do; nearly all are used. */
async function follow(signings: readonly Signing[]): Promise<void> {
  for (const signing of inOrder(signings)) {
    const certificate = certificateOf(signing);
    const file = signing.file === undefined ? undefined : sha256(utf8(signing.file));
    if (signing.unused !== true) log.append(rekorLeaf(certificate, file));
    if (signing.forged !== true) issued.leaves.push(certificateLeaf(certificate));
  }
  await eventually(async () => {
    const [row] = await database.sql`SELECT sum(verified_size)::int AS size FROM monitor_log`;
    expect(row?.['size']).toBe(log.leaves.length + issued.leaves.length);
  }, 100_000);
}

async function mails(): Promise<{ reasons: string[]; count: number; first: Date; last: Date }[]> {
  const rows = await database.sql`
    SELECT (array_agg(alert.reasons ORDER BY alert.happened_at))[1] AS reasons, count(*)::int AS count,
           min(alert.happened_at) AS first, max(alert.happened_at) AS last
    FROM alert_alert alert WHERE alert.mail_id IS NOT NULL GROUP BY alert.mail_id`;
  return rows.map(({ reasons, count, first, last }) => ({
    reasons: reasonsSchema.parse(reasons).map(({ rule }) => rule),
    count,
    first,
    last,
  }));
}

const messages = async (): Promise<number> => {
  const [row] = await database.sql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM mail_outbox WHERE state IN ('queued', 'sent') AND kind = 'alert'`;
  return row?.count ?? 0;
};

/** The vault's signatures are announced, and somebody has left. */
async function ofTeam(): Promise<void> {
  const team = randomUUID();
  const source = `github.com/${vault.repository}`;
  await database.sql`INSERT INTO account_team (id, name) VALUES (${team}, 'Acme')`;
  // Names like theirs are told of to owners.
  await database.sql`UPDATE account_watch SET team_id = ${team}, intents = value = ${source}, proven_at = now()`;
  await database.sql`INSERT INTO account_departed (team_id, address) VALUES (${team}, ${leaverEmail})`;
  await database.sql`
    INSERT INTO account_intent (id, team_id, source, wanted, ref, made_by, created_at, until)
    VALUES (${randomUUID()}, ${team}, ${source}, 1000, 'refs/tags/v1.0.0', 'ci', ${new Date(began)},
      now() + interval '1 day')`;
}

async function acceptBaseline(past: readonly Signing[]): Promise<number> {
  let accepted = 0;
  for (const [value, kind] of watched) {
    const [watch] = await database.sql`SELECT id FROM account_watch WHERE value = ${value}`;
    for (const { rule } of learnBaseline(past.filter(isOf(value, kind)).map(pastSigning)).proposals) {
      await database.sql`
        INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
        VALUES (${randomUUID()}, ${watch?.['id']}, ${database.sql.json(rule)}, 'a@example.com', now() + interval '180 days')`;
      accepted++;
    }
  }
  return accepted;
}

/** Every signature of the replay was made before, as its certificate says. */
const followedAt = Date.now();

const isOf = (value: string, kind: string) => (signing: Signing) =>
  kind === 'email'
    ? signing.said.email === value
    : signing.said.claims?.sourceRepositoryUri === `https://${value}`;
const pastSigning = ({ at, said: { claims = {} } }: Signing): PastSigning => ({
  at,
  issuer: claims.issuer ?? '',
  source: claims.sourceRepositoryUri?.replace('https://', '') ?? '',
  claims,
});

beforeAll(async () => {
  database = await freshDatabase();
  log = await HostileLog.start();
  issued = await CtLog.start();
  trust = await serveTrust({ ...trustRoot([log], [trusted]), ctlogs: [issued.listing()] });
  const released = { ...built(application, began + 50 * day, 9_000_000), file: ownFile };
  const history = [...routine(seed, began, 90), released, ...byHand(began), ...byHand(began, leaverEmail)];
  monitor = await runMonitor(database, { trustUrl: trust.url, unusedAfterMs: 8_000 });
  await follow(history);
  for (const [value, kind] of watched) await confirmedWatch(database, value, 'a@example.com', kind);
  expect(await acceptBaseline(history)).toBeGreaterThan(4);
  await ofTeam();
}, 120_000);
afterAll(async () => {
  await monitor.stop();
  await Promise.all([log.stop(), issued.stop(), trust.close()]);
});

it('tells of less than one routine signature in a hundred once the past is accepted', async () => {
  const signings = [...routine(seed + 1, onboarded, 90), ...byHand(onboarded)].filter(
    ({ at }) => at >= onboarded,
  );
  await follow(signings);
  const [row] = await database.sql<{ alerts: number; told: number }[]>`
    SELECT count(*)::int AS alerts, count(mail_id)::int AS told FROM alert_alert`;
  // Each signature that anybody is told of at all counts, notable or worse, however many share a mail.
  const told = row?.told ?? 0;
  const rate = told / signings.length;
  process.stdout.write(
    `false alarms: ${told} of ${signings.length} routine signatures in 90 days (${(rate * 100).toFixed(2)} %), in ${(await mails()).length} mails\n`,
  );
  expect(row?.['alerts']).toBe(signings.length);
  expect(rate).toBeLessThan(0.01);
}, 120_000);

it('tells of every attack in one mail, with its reason', async () => {
  const list = attacks(attacked);
  const before = await mails();
  const messagesBefore = await messages();
  // What is routine goes on meanwhile.
  const around = routine(seed + 2, attacked - 3_600_000, 3).filter(({ at }) => at >= attacked);
  const unlike = otherLookAlike(attacked + 60 * 3_600_000);
  await follow([...list.flatMap(({ signings }) => signings), ...around, unlike]);
  const after = await eventually(async () => {
    const told = (await mails()).filter((mail) => !before.some(({ first }) => +first === +mail.first));
    expect(told.some(({ reasons }) => reasons.includes('certificate-not-used'))).toBe(true);
    return told;
  }, 60_000);
  for (const attack of list) {
    const found = after.filter((mail) => isAbout(mail, attack));
    expect.soft(found, attack.name).toHaveLength(1);
    expect.soft(found[0]?.reasons, attack.name).toContain(attack.rule);
  }
  expect(after.length).toBe(list.length);
  // What leaves are messages: as many as there are attacks, and not one more.
  await eventually(async () => expect(await messages()).toBe(messagesBefore + list.length), 30_000);
}, 120_000);

it('keeps a look-alike that signs something else for the weekly digest', async () => {
  const [alert] = await database.sql`
    SELECT verdict, mail_id, reasons FROM alert_alert WHERE facts->>'lookAlike' = 'github.com/acme/a-p-p'`;
  expect(alert).toMatchObject({ verdict: 'notable', mail_id: null, reasons: [{ rule: 'look-alike' }] });
});

it('tells of the burst in one mail that counts all of it', async () => {
  const mail = await eventually(async () => {
    const [row] =
      await database.sql`SELECT subject, text FROM mail_mailbox WHERE subject LIKE '%many at once%'`;
    expect(row).toBeDefined();
    return row;
  });
  expect(mail?.['subject']).toContain('(84 signatures)');
});

it('tells of everything odd within a burst by itself, with its reason', async () => {
  const from = attacked + 30 * day;
  const at = (nth: number) => from + nth * 4_000;
  const odd: [string, Partial<Build>][] = [
    ['new-trigger', { trigger: 'pull_request_target' }],
    ['runner-changed', { runner: 'self-hosted' }],
    ['new-workflow', { workflow: 'x.yml' }],
    ['new-kind-of-ref', { ref: 'refs/heads/main' }],
    ['repository-id-changed', { repositoryId: '6666', ownerId: '7777' }],
  ];
  const many = Array.from({ length: 7 }, (_, nth) => built(quiet, at(nth), 6_000_000 + nth));
  const others = odd.map(([, change], nth) => built({ ...quiet, ...change }, at(60 + nth), 7_000_000 + nth));
  await follow([...many, ...others]);
  const told = (await mails()).filter(({ first }) => +first >= from - 1_000 && +first < followedAt);
  for (const [rule] of odd)
    expect
      .soft(
        told.filter(({ reasons }) => reasons.includes(rule)),
        rule,
      )
      .toHaveLength(1);
  expect(told).toHaveLength(odd.length + 1);
}, 60_000);

function isAbout(mail: { first: Date; last: Date }, { signings }: Attack): boolean {
  // Nobody vouches for the date of a forged certificate: it happened when it was seen.
  if (signings.every(({ forged }) => forged === true)) return +mail.first >= followedAt;
  const times = signings.map(({ at }) => at);
  return +mail.first >= Math.min(...times) - 1000 && +mail.last <= Math.max(...times);
}
