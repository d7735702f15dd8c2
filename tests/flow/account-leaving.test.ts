/** Whoever leaves a team, or may only look from now on, is told nothing more, and their mails open nothing; the team is told on. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { makeApiKey } from '#app/account/api-key.ts';
import { deletePerson } from '#app/account/forget-person.ts';
import type { HandsOver } from '#app/account/hand-over.ts';
import type { EndsFreezes } from '#app/freezes/of-ended-team.ts';
import { changeRole, removeMember } from '#app/account/team.ts';
import { userOfAddress } from '#app/account/user.ts';
import { findAlert } from '#app/alert/store.ts';
import { placeKeyOf } from '#app/watch/settings/channels.ts';
import { readConfig } from '#lib/server/config.ts';
import { openPrisma } from '#lib/server/database.ts';
import { freezesOf } from '#lib/server/freezes.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { confirmedWatch, testSealing } from '#tests/harness/monitor.ts';
import { neverBefore, signatureFacts } from '#tests/harness/signature-facts.ts';

const database = await freshDatabase();
const { sql } = database;
const prisma = openPrisma(database.url, { max: 1 });
const deps: HandsOver & EndsFreezes = {
  sql,
  statement: namedSql,
  sealing: testSealing,
  renderLetter,
  config: readConfig({ NODE_ENV: 'test' }),
  now: () => new Date(),
  // No authority runs: nothing of theirs is frozen.
  freezes: freezesOf('http://127.0.0.1:9', 'nobody'),
};
const actor = { kind: 'system' } as const;
let run = 0;
let owner = '';
let leaver = '';
let teamId = '';
let userId = '';
let watchId = '';
let channelId = '';

beforeEach(async () => {
  run++;
  owner = `owner${run}@x.example`;
  leaver = `leaver${run}@x.example`;
  [teamId, channelId] = [randomUUID(), randomUUID()];
  await sql`INSERT INTO account_team (id, name) VALUES (${teamId}, 'Acme')`;
  for (const [address, role] of [
    [leaver, 'responder'],
    [owner, 'owner'],
  ] as const) {
    const id = await sql.begin((transaction) => userOfAddress(transaction, address));
    await sql`INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${id}, ${role})`;
    if (address === leaver) userId = id;
  }
  watchId = await confirmedWatch(database, `dev${run}@example.com`, leaver);
  await sql`UPDATE account_watch SET team_id = ${teamId} WHERE id = ${watchId}`;
  await sql`
    INSERT INTO account_channel (id, watch_id, kind, url, secret, private_key, place_key)
    VALUES (${channelId}, ${watchId}, 'mail', 'x', 'x', 'x', ${placeKeyOf(testSealing, 'mail', { url: leaver, secret: '' })})`;
});

/** The id and the secret of an alert whose mail waits, or has gone out. */
async function alert(index: string, state: 'queued' | 'sent') {
  const facts = signatureFacts({
    identity: `dev${run}@example.com`,
    index,
    issuer: `https://accounts${index}.example.com`,
    ...neverBefore,
  });
  await sql.begin((transaction) => insertAlertsWithMail(transaction, [{ watchId, email: leaver, facts }]));
  const [mail] = await sql<{ id: string; alert: string; token: string }[]>`
    SELECT id, message->>'alertId' AS alert, message->>'token' AS token FROM mail_outbox
    WHERE recipient = ${leaver} AND kind = 'alert' ORDER BY created_at DESC LIMIT 1`;
  if (mail === undefined) throw new Error('nothing was mailed');
  await sql`UPDATE mail_outbox SET state = ${state} WHERE id = ${mail.id}`;
  return mail;
}
const opens = async ({ alert: id, token }: { alert: string; token: string }) =>
  (await findAlert({ prisma }, id, token)) !== undefined;
const watch = async () => {
  const [row] = await sql`SELECT email, state, stop_token FROM account_watch WHERE id = ${watchId}`;
  return row;
};

it.each([
  ['is removed', () => removeMember(deps, teamId, userId, actor)],
  ['may only look', () => changeRole(deps, teamId, userId, 'viewer', actor)],
  ['deletes their account', () => deletePerson(deps, userId)],
] as const)('hands over what a member got who %s', async (_, leave) => {
  const [sent, queued] = [await alert('1', 'sent'), await alert('2', 'queued')];
  expect([await opens(sent), await opens(queued)]).toEqual([true, true]);
  const before = await watch();
  await leave();
  const after = await watch();
  expect(after).toMatchObject({ email: owner, state: 'confirmed' });
  expect(after?.['stop_token']).not.toBe(before?.['stop_token']);
  expect([await opens(sent), await opens(queued)]).toEqual([false, true]);
  const mails = await sql`SELECT recipient FROM mail_outbox WHERE id = ${queued.id}`;
  expect([...mails]).toEqual([{ recipient: owner }]);
  expect(await sql`SELECT 1 FROM mail_outbox WHERE recipient = ${leaver} AND state = 'queued'`).toHaveLength(
    0,
  );
  expect(await sql`SELECT 1 FROM account_channel WHERE id = ${channelId} AND ended_at IS NULL`).toHaveLength(
    0,
  );
  const told = await sql<{ subject: string }[]>`
    SELECT message->>'subject' AS subject FROM mail_outbox WHERE recipient = ${owner} AND kind = 'notice'`;
  expect(told.map(({ subject }) => subject)).toEqual(['Alerts of Acme come to you now']);
});

it('leaves to a person what is theirs, and to a team what writes to others', async () => {
  const own = await confirmedWatch(database, 'own@example.com', leaver);
  const others = await confirmedWatch(database, 'others@example.com', owner);
  await sql`UPDATE account_watch SET team_id = ${teamId} WHERE id = ${others}`;
  const rows = () => sql`SELECT * FROM account_watch WHERE id IN (${own}, ${others}) ORDER BY id`;
  const before = await rows();
  await removeMember(deps, teamId, userId, actor);
  expect([...(await rows())]).toEqual([...before]);
});

it('is not set off by naming somebody who is not in the team', async () => {
  const elsewhere = randomUUID();
  await sql`INSERT INTO account_team (id, name) VALUES (${elsewhere}, 'Else')`;
  await expect(removeMember(deps, elsewhere, userId, actor)).rejects.toMatchObject({ code: 'not-found' });
  expect(await watch()).toMatchObject({ email: leaver, state: 'confirmed' });
});

it('forgets the name of who left in what they did, by their own hand and with a key', async () => {
  const made = { teamId, userId, name: 'ci', scopes: ['intents:write'] as const, days: 30 };
  await makeApiKey(deps, made, actor);
  for (const by of [leaver, `${leaver} (key ci)`, `${owner} (key ci)`])
    await sql`
      INSERT INTO account_intent (id, team_id, source, wanted, made_by, until)
      VALUES (${randomUUID()}, ${teamId}, 'x', 1, ${by}, now() + interval '1 hour')`;
  await deletePerson(deps, userId);
  const rows = await sql<{ by: string }[]>`
    SELECT made_by AS by FROM account_intent WHERE team_id = ${teamId} ORDER BY number`;
  const nobody = 'somebody whose account is gone';
  expect(rows.map(({ by }) => by)).toEqual([nobody, nobody, `${owner} (key ci)`]);
});
