/** A log is followed, entries are bound to its signed root, and the person who watches is told. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog, subtreeHash, type Misbehaviour } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { mailsAnHour } from '#workers/alert/budget.ts';

const issuer = 'https://accounts.example.com';
const email = 'dev@example.com';
const authority = new TestAuthority();
const certificate = (who = email) => authority.certify({ email: who, claims: { issuer, issuerV1: issuer } });
const filler = (count: number) => Array.from({ length: count }, () => rekorLeaf(someoneElse));
const someoneElse = certificate('other@example.com');

let database: TestDatabase;
let log: HostileLog;
let trust: TrustServer;
let monitor: RunningMonitor | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
});
afterEach(async () => {
  await monitor?.stop();
  monitor = undefined;
  await log.stop();
  await trust.close();
});

const start = async () => (monitor = await runMonitor(database, { trustUrl: trust.url }));

interface LogRow {
  state: string;
  state_reason: string | null;
  verified_size: bigint;
  verified_root: Buffer | null;
  verified_checkpoint: string | null;
  unparsable: bigint;
}

async function logRow(): Promise<LogRow> {
  const [row] = await database.sql<LogRow[]>`SELECT * FROM monitor_log`;
  expect(row).toBeDefined();
  return row as LogRow;
}

async function verifiedTo(size: number): Promise<LogRow> {
  return eventually(async () => {
    const row = await logRow();
    expect(row).toMatchObject({ state: 'following', verified_size: BigInt(size) });
    return row;
  });
}

describe('an honest log', () => {
  it('is verified to its newest head, entry by entry, over partial and full tiles and a restart', async () => {
    log.append(...filler(3));
    await start();
    await verifiedTo(3);
    log.append(...filler(300));
    await verifiedTo(303);
    await monitor?.stop();
    log.append(...filler(2500));
    await start();
    const row = await verifiedTo(2803);
    expect(row.verified_root?.equals(subtreeHash(log.leaves))).toBe(true);
    expect(row.verified_checkpoint).toBe(log.checkpoint());
    const [count] = await database.sql`
      SELECT count(*)::int AS entries, count(DISTINCT entry_index)::int AS indexes, max(entry_index)::int AS last FROM monitor_entry`;
    expect(count).toEqual({ entries: 2803, indexes: 2803, last: 2802 });
    expect(await database.sql`SELECT * FROM monitor_incident`).toEqual([]);
  });

  it('makes one alert and one mail of one signature, for every watcher of the name, within two seconds', async () => {
    const first = await confirmedWatch(database, email, 'a@example.com');
    const second = await confirmedWatch(database, email, 'b@example.com');
    await confirmedWatch(database, 'someone@else.example', 'c@example.com');
    log.append(...filler(2));
    await start();
    await verifiedTo(2);
    const digest = createHash('sha256').update('artifact').digest();
    log.append(rekorLeaf(certificate('Dev@Example.com'), digest));
    const appendedAt = Date.now();
    const mails = await eventually(async () => {
      const rows = await database.sql`SELECT * FROM mail_mailbox ORDER BY recipient`;
      expect(rows).toHaveLength(2);
      return rows;
    });
    expect(Date.now() - appendedAt).toBeLessThan(2_000);
    expect(mails.map(({ recipient }) => recipient)).toEqual(['a@example.com', 'b@example.com']);
    // As it was signed, whatever spelling is watched.
    for (const part of [
      'Dev@Example.com',
      issuer,
      digest.toString('hex'),
      '/mine?token=',
      '/not-mine?token=',
      'UTC',
    ]) {
      expect(mails[0]?.['text']).toContain(part);
      expect(mails[0]?.['html']).toContain(part);
    }
    const alerts = await database.sql`SELECT watch_id, verdict, facts FROM alert_alert`;
    expect(alerts.map(({ watch_id: id }) => id).sort()).toEqual([first, second].sort());
    expect(alerts[0]).toMatchObject({ verdict: 'unexpected', facts: { index: '2', firstForIdentity: true } });
  });

  it('knows the second signature from the first, and another login provider from the usual one', async () => {
    await confirmedWatch(database, email, 'a@example.com');
    const elsewhere = { issuer: 'https://evil.example', issuerV1: 'https://evil.example' };
    log.append(rekorLeaf(certificate()), rekorLeaf(certificate()));
    log.append(rekorLeaf(authority.certify({ email, claims: elsewhere })));
    await start();
    await verifiedTo(3);
    const alerts = await database.sql`SELECT verdict, reasons FROM alert_alert ORDER BY entry_index`;
    expect(alerts.map(({ verdict, reasons: [reason] }) => [verdict, reason.rule])).toEqual([
      ['unexpected', 'first-signature'],
      ['notable', 'watched-identity'],
      ['unexpected', 'first-issuer'],
    ]);
  });

  it('calls a certificate of no trusted authority an attempt, and lets it count for nothing', async () => {
    await confirmedWatch(database, email, 'a@example.com');
    log.append(
      rekorLeaf(new TestAuthority().certify({ email, claims: { issuer } })),
      rekorLeaf(certificate()),
    );
    await start();
    await verifiedTo(2);
    const alerts = await database.sql`SELECT verdict, reasons FROM alert_alert ORDER BY entry_index`;
    expect(alerts.map(({ verdict, reasons: [reason] }) => [verdict, reason.rule])).toEqual([
      ['contradiction', 'untrusted-certificate'],
      ['unexpected', 'first-signature'],
    ]);
    await eventually(async () => {
      const subjects = await database.sql`SELECT subject FROM mail_mailbox ORDER BY subject`;
      expect(subjects.map(({ subject }) => subject)).toEqual([
        `Attempt to sign as ${email}: untrusted certificate`,
        `Unexpected signature as ${email}: first signature in this name`,
      ]);
    });
  });

  it('keeps an entry that does not read, finds a watched name in its bytes, and goes on', async () => {
    await confirmedWatch(database, email, 'a@example.com');
    const hidden = Buffer.from(`0123456789 ${email.toUpperCase()} 0123456789`).toString('base64');
    log.append(utf8('{"kind":"rekord"}'), utf8('7'), utf8('null'), utf8(`{"kind":"new","body":"${hidden}"}`));
    log.append(rekorLeaf(certificate()), rekorLeaf(Uint8Array.of(0x30, 0)));
    await start();
    expect((await verifiedTo(6)).unparsable).toBe(5n);
    const alerts =
      await database.sql`SELECT entry_index::int AS at, reasons FROM alert_alert ORDER BY entry_index`;
    expect(alerts.map(({ at, reasons: [reason] }) => [at, reason.rule])).toEqual([
      [3, 'unreadable-entry'],
      [4, 'first-signature'],
    ]);
  });

  it.each(['with', 'without'])(
    'alerts a watch confirmed while it ran, and not one stopped, %s a notification',
    async (way) => {
      if (way === 'without') {
        await database.sql`
        CREATE OR REPLACE FUNCTION match_watch_changed() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN UPDATE match_watch_version SET version = version + 1;
               INSERT INTO match_watch_change SELECT version, coalesce(NEW.id, OLD.id) FROM match_watch_version; RETURN NULL; END'`;
      }
      const stopped = await confirmedWatch(database, email, 'stopped@example.com');
      log.append(...filler(1));
      await start();
      await verifiedTo(1);
      await database.sql`UPDATE account_watch SET state = 'stopped' WHERE id = ${stopped}`;
      const confirmed = await confirmedWatch(database, email, 'a@example.com');
      log.append(rekorLeaf(certificate()));
      await verifiedTo(2);
      const alerts = await database.sql`SELECT watch_id FROM alert_alert`;
      expect(alerts.map(({ watch_id: id }) => id)).toEqual([confirmed]);
    },
  );
});

describe('a log that contradicts itself', () => {
  const cases: [string, string, () => void][] = [
    [
      'rewrites its past and grows',
      'fork',
      () => (log.fork(1, rekorLeaf(someoneElse)), log.append(...filler(1))),
    ],
    ['rewrites its past at the same size', 'fork', () => log.fork(1, rekorLeaf(someoneElse))],
    ['goes back', 'rollback', () => (log.misbehaviour = { kind: 'rewind', size: 4 })],
    [
      'goes back to a tree it never showed',
      'rollback',
      () => (log.fork(0, rekorLeaf(someoneElse)), (log.misbehaviour = { kind: 'rewind', size: 4 })),
    ],
    [
      'serves entries that it did not sign',
      'wrong-bytes',
      () => (log.append(...filler(2)), (log.misbehaviour = { kind: 'change-bytes', from: 6 })),
    ],
    ['signs badly', 'bad-signature', () => (log.misbehaviour = { kind: 'bad-signature' })],
    ['signs with another key', 'key-change', () => log.changeKey()],
  ];

  it.each(cases)(
    '%s: reported as %s with both statements, stopped, its entries not matched',
    async (_, kind, misbehave) => {
      await confirmedWatch(database, email, 'a@example.com');
      log.append(...filler(5));
      await start();
      const before = await verifiedTo(5);
      misbehave();
      const after = log.checkpoint();
      const [incident] = await eventually(async () => {
        const rows = await database.sql`SELECT * FROM monitor_incident`;
        expect(rows).toHaveLength(1);
        return rows;
      });
      expect(incident).toMatchObject({ kind, before: before.verified_checkpoint, after });
      expect(await logRow()).toMatchObject({ state: 'misbehaving', verified_size: 5n });
      log.append(rekorLeaf(certificate()));
      const seen = log.requests;
      // Everyone who watches is told, once.
      await eventually(async () => {
        const mails = await database.sql`SELECT recipient, subject FROM mail_mailbox`;
        expect(mails).toMatchObject([
          { recipient: 'a@example.com', subject: expect.stringMatching(/^The log /) },
        ]);
      });
      expect(await database.sql`SELECT * FROM alert_alert`).toEqual([]);
      expect((await logRow()).verified_size).toBe(5n);
      expect(log.requests).toBe(seen);
    },
  );

  it('does not stop the other logs', async () => {
    const other = await HostileLog.start();
    trust.root = trustRoot([log, other], [authority]);
    log.append(...filler(2));
    await start();
    await eventually(async () =>
      expect(await database.sql`SELECT 1 FROM monitor_log WHERE state = 'following'`).toHaveLength(2),
    );
    log.fork(0, rekorLeaf(someoneElse));
    await eventually(async () => expect(await database.sql`SELECT 1 FROM monitor_incident`).toHaveLength(1));
    other.append(...filler(3));
    await eventually(async () =>
      expect(
        await database.sql`SELECT 1 FROM monitor_log WHERE state = 'following' AND verified_size = 3`,
      ).toHaveLength(1),
    );
    await other.stop();
  });

  it('is believed again when a person has resolved the incident, from where verification stood', async () => {
    log.append(...filler(5));
    await start();
    await verifiedTo(5);
    log.misbehaviour = { kind: 'rewind', size: 2 };
    await eventually(async () => expect(await database.sql`SELECT 1 FROM monitor_incident`).toHaveLength(1));
    log.misbehaviour = { kind: 'honest' };
    log.append(...filler(1));
    await database.sql`UPDATE monitor_incident SET resolved_at = now()`;
    await verifiedTo(6);
  });
});

describe('a statement whose entries could not be read', () => {
  const incidentAfter = async (size: bigint, then: () => void) => {
    log.append(...filler(5));
    await start();
    await verifiedTo(5);
    log.misbehaviour = { kind: 'claim-size', size };
    const before = log.checkpoint();
    await eventually(async () =>
      expect(await logRow()).toMatchObject({ state: 'unreachable', verified_size: 5n }),
    );
    log.misbehaviour = { kind: 'honest' };
    then();
    const after = log.checkpoint();
    const [incident] = await eventually(async () => {
      const rows = await database.sql`SELECT kind, before, after FROM monitor_incident`;
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(await logRow()).toMatchObject({ state: 'misbehaving', verified_size: 5n });
    return { ...incident, before: incident?.['before'] === before, after: incident?.['after'] === after };
  };
  const both = { before: true, after: true };

  it('and then another of the same size is a fork', async () => {
    expect(await incidentAfter(8n, () => log.append(...filler(3)))).toEqual({ kind: 'fork', ...both });
  });

  it('is held against the larger tree that can be read', async () => {
    expect(await incidentAfter(7n, () => log.append(...filler(5)))).toEqual({ kind: 'fork', ...both });
  });

  it('and then a smaller one is a rollback, and once that is resolved the log is read on', async () => {
    const incident = await incidentAfter(2n ** 62n, () => log.append(...filler(2)));
    expect(incident).toEqual({ kind: 'rollback', ...both });
    await database.sql`UPDATE monitor_incident SET resolved_at = now()`;
    await verifiedTo(7);
  });
});

describe('a log that is merely in trouble', () => {
  const cases: [string, Misbehaviour][] = [
    ['serves HTML', { kind: 'html' }],
    ['cuts its bundles', { kind: 'truncate-bundles' }],
    ['sends without end', { kind: 'flood' }],
    ['takes the question and never answers', { kind: 'stall' }],
    ['redirects to another host', { kind: 'redirect', to: 'http://127.0.0.2:9/' }],
    ['asks to wait for a year', { kind: 'too-many-requests', retryAfter: '0' }],
  ];

  it.each(cases)(
    '%s: unreachable, no incident, and verified when it is well again',
    async (_, misbehaviour) => {
      log.append(...filler(2));
      await start();
      await verifiedTo(2);
      log.append(...filler(2));
      log.misbehaviour = misbehaviour;
      await eventually(
        async () => expect(await logRow()).toMatchObject({ state: 'unreachable', verified_size: 2n }),
        // Ten seconds are an answer's time.
        20_000,
      );
      log.misbehaviour = { kind: 'honest' };
      await verifiedTo(4);
      expect(await database.sql`SELECT * FROM monitor_incident`).toEqual([]);
    },
  );

  it.each(cases.slice(0, 2))('%s: is asked less and less often', async (_, misbehaviour) => {
    log.append(...filler(2));
    await start();
    await verifiedTo(2);
    log.append(...filler(2));
    log.misbehaviour = misbehaviour;
    await eventually(async () => expect(await logRow()).toMatchObject({ state: 'unreachable' }));
    const before = log.requests;
    const until = Date.now() + 2_000;
    await eventually(() => expect(Date.now()).toBeGreaterThan(until), 10_000);
    // Polled twenty times a second, each time with up to three questions.
    expect(log.requests - before).toBeLessThan(20);
  });
});

describe('a flood', () => {
  it('of forged names is told in one mail past the first ones, and hides no genuine signature', async () => {
    const watch = await confirmedWatch(database, email, 'a@example.com');
    const forged = new TestAuthority().certify({ email, claims: { issuer } });
    log.append(...Array.from({ length: 60 }, () => rekorLeaf(forged)), rekorLeaf(certificate()));
    await start();
    await verifiedTo(61);
    expect(await database.sql`SELECT 1 FROM alert_alert`).toHaveLength(61);
    const mails = await eventually(async () => {
      const rows = await database.sql`SELECT subject FROM mail_mailbox`;
      expect(rows).toHaveLength(mailsAnHour.other + 1);
      return rows;
    });
    expect(mails.filter(({ subject }) => subject.startsWith('Unexpected signature'))).toHaveLength(1);
    await eventually(async () => {
      const waiting = await database.sql`SELECT message FROM mail_outbox WHERE state = 'queued'`;
      expect(waiting).toMatchObject([{ message: { summary: { watchId: watch } } }]);
    });
    await database.sql`UPDATE mail_outbox SET next_at = now() - interval '2 seconds' WHERE state = 'queued'`;
    await eventually(async () => {
      const rows =
        await database.sql`SELECT subject, text FROM mail_mailbox WHERE subject LIKE '%in one hour'`;
      expect(rows).toMatchObject([{ subject: `61 log entries as ${email} in one hour` }]);
      expect(rows[0]?.['text']).toContain('Contradictions: 60, ');
    });
  });
});
