/** Operators hear of machines, and those who are blind hear of it when it lasts; each once, and in no words of an alert. */
import { beforeEach, expect, it } from 'vitest';
import { tellOfTroubles } from '#workers/tend/troubles.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';

const began = Date.parse('2026-11-23T12:00:00Z');
const settings = { operators: ['ops@example.com'], webUrl: 'https://watch.example' };
let database: TestDatabase;

beforeEach(async () => {
  database = await freshDatabase();
  for (const [id, family] of [
    ['one', ''],
    ['other', 'elsewhere'],
  ] as const)
    await database.sql`
      INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, family)
      VALUES (${id}, 'rekor-v2', ${`log-${id}.example`}, 'https://log.example', 'log.example', '\\x00', 'following', ${family})`;
  for (const name of ['here', 'there']) {
    await confirmedWatch(database, `${name}@example.com`, `${name}@watcher.example`);
    await database.sql`
      INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index,
        first_seen_at, last_seen_at)
      VALUES ((substr(encode(sha256(convert_to(${`${name}@example.com`}, 'UTF8')), 'hex'), 1, 32))::uuid, 'email',
        ${`${name}@example.com`}, ${name === 'here' ? 'one' : 'other'}, 'trusted', '', '', 1, 0, 0, now(), now())`;
  }
  await confirmedWatch(database, 'never@example.com', 'never@watcher.example');
});

const state = (id: string, value: string) =>
  database.sql`UPDATE monitor_log SET state = ${value}, state_reason = 'connection refused' WHERE id = ${id}`;
const look = (minutes: number) => tellOfTroubles(database.sql, settings, new Date(began + minutes * 60_000));

async function mails(): Promise<[string, string][]> {
  const rows = await database.sql<{ recipient: string; subject: string }[]>`
    DELETE FROM mail_outbox RETURNING recipient, message->>'subject' AS subject`;
  return rows.map(({ recipient, subject }): [string, string] => [recipient, subject]).sort();
}

it('tells operators after five minutes, once, and that it is over', async () => {
  await state('one', 'unreachable');
  await look(0);
  await look(4);
  expect(await mails()).toEqual([]);
  await look(5);
  await state('one', 'unwitnessed');
  await look(6);
  expect(await mails()).toEqual([
    ['ops@example.com', '[infrastructure] The log log-one.example cannot be read'],
  ]);
  await state('one', 'following');
  await Promise.all([look(7), look(7), look(7)]);
  await look(8);
  expect(await mails()).toEqual([
    ['ops@example.com', '[infrastructure] Over: The log log-one.example cannot be read'],
  ]);
});

it('tells operators of a log that no worker looks at, though nothing else is wrong with it', async () => {
  await database.sql`UPDATE monitor_log SET polled_at = now() - interval '2 minutes' WHERE id = 'one'`;
  await look(0);
  await look(5);
  expect(await mails()).toEqual([
    ['ops@example.com', '[infrastructure] The log log-one.example is looked at by no worker'],
  ]);
});

it('says nothing of what is over before anybody had to know', async () => {
  await state('one', 'unreachable');
  await look(0);
  await state('one', 'following');
  await look(4);
  await state('one', 'unreachable');
  await look(6);
  expect(await mails()).toEqual([]);
});

it('tells those whose names were seen in a log that nobody could read for an hour, and when it can be read', async () => {
  await state('other', 'unreachable');
  await look(0);
  await look(59);
  expect((await mails()).map(([to]) => to)).toEqual(['ops@example.com']);
  await look(60);
  await look(90);
  expect(await mails()).toEqual([
    ['there@watcher.example', 'We cannot see what is signed in log-other.example'],
  ]);
  await state('other', 'following');
  await look(91);
  expect(await mails()).toEqual([
    ['ops@example.com', '[infrastructure] Over: The log log-other.example cannot be read'],
    ['there@watcher.example', 'We can see again what is signed in log-other.example'],
  ]);
});

it('tells operators and those concerned of a log that stays frozen, and when it is over; not of one that was away', async () => {
  await state('other', 'unreachable');
  await look(0);
  await look(4);
  await state('other', 'frozen');
  await look(4.1);
  await state('other', 'following');
  await look(4.2);
  expect(await mails()).toEqual([]);
  await state('other', 'frozen');
  await look(10);
  await look(11);
  await look(12);
  expect(await mails()).toEqual([
    [
      'ops@example.com',
      '[infrastructure] The log log-other.example has shown nothing new for longer than it should',
    ],
    ['there@watcher.example', 'We cannot see what is signed in log-other.example'],
  ]);
  await state('other', 'following');
  await look(13);
  expect((await mails()).map(([, subject]) => subject)).toEqual([
    '[infrastructure] Over: The log log-other.example has shown nothing new for longer than it should',
    'We can see again what is signed in log-other.example',
  ]);
});

it('keeps what a frozen log showed, and when, until it shows something new; and nothing of one that was away', async () => {
  await database.sql`UPDATE monitor_log SET verified_checkpoint = 'log.example\n1\n', checkpoint_at = now(), polled_at = now()`;
  const kept = () => database.sql<{ kind: string; evidence: string; resolved_at: Date | null }[]>`
    SELECT kind, evidence, resolved_at FROM monitor_incident`;
  await state('one', 'frozen');
  await look(0);
  expect(await kept()).toEqual([]);
  // The pages have it within seconds, before anybody is mailed.
  await look(0.2);
  expect(await kept()).toMatchObject([{ kind: 'freeze', resolved_at: null }]);
  expect(await mails()).toEqual([]);
  await look(2);
  await database.sql`UPDATE monitor_log SET polled_at = polled_at + interval '2 minutes'`;
  await look(4);
  const [open, ...more] = await kept();
  expect([open?.kind, open?.resolved_at, more]).toEqual(['freeze', null, []]);
  expect(JSON.parse(open?.evidence ?? '').shownAt).toHaveLength(2);
  const [{ state: stateNow } = { state: '' }] =
    await database.sql`SELECT state FROM monitor_log WHERE id = 'one'`;
  expect(stateNow).toBe('frozen');
  await state('one', 'following');
  await look(5);
  expect((await kept())[0]?.resolved_at).toBeInstanceOf(Date);
});

it('calls what is about security so, to operators and at once', async () => {
  await database.sql`INSERT INTO monitor_incident (log_id, kind, detail) VALUES ('one', 'rollback', 'It went back.')`;
  await state('one', 'misbehaving');
  await look(0);
  await look(70);
  expect(await mails()).toEqual([
    [
      'ops@example.com',
      '[security] The log log-one.example went back behind what it had signed, and waits for you',
    ],
  ]);
});

it('tells of a canary that nobody saw, and of mail that nobody takes', async () => {
  await database.sql`
    INSERT INTO monitor_canary (id, log_id, digest, asked_at) VALUES (gen_random_uuid(), 'one', '\\x00', now() - interval '2 minutes')`;
  await database.sql`
    INSERT INTO mail_outbox (id, kind, recipient, message_id, message, attempts, created_at)
    VALUES (gen_random_uuid(), 'alert', 'a@example.com', 'x', '{}', 3, now() - interval '20 minutes')`;
  await look(0);
  await look(5);
  expect((await mails()).filter(([to]) => to === 'ops@example.com')).toEqual([
    ['ops@example.com', '[infrastructure] Mail is not accepted by the next server'],
    ['ops@example.com', '[infrastructure] The monitor did not see a signature that it made itself'],
  ]);
});
