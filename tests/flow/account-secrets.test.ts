/** Whatever works once works once, however many use it at the same moment. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { listActs } from '#app/account/audit-list.ts';
import { acceptInvitation, invite } from '#app/account/invitation.ts';
import { redeemSignInCode, sendSignInCode } from '#app/account/login/email-code.ts';
import { askOwnership, recordProof } from '#app/account/ownership/store.ts';
import { makeSecret, spendSecret } from '#app/account/secret.ts';
import { hostCookie } from '#app/account/session.ts';
import { makeTeam } from '#app/account/team.ts';
import { userOfAddress } from '#app/account/user.ts';
import { sayOfAlerts, undoAnswers } from '#app/alert/answers.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { securityHeaders } from '#app/security-headers.ts';
import { confirmWatches } from '#app/watch/confirmation.ts';
import { stopWatch } from '#app/watch/stop/stop-watch.ts';
import { requestWatch } from '#app/watch/store.ts';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { readConfig } from '#lib/server/config.ts';
import { openSql } from '#lib/server/database.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const { url } = await freshDatabase();
// As many at once as PostgreSQL takes beside others: the rest wait for a connection, not for one another.
const sql = openSql(url, { max: 25, name: 'secrets' });
afterAll(() => sql.end());
const config = readConfig({ NODE_ENV: 'test', WEB_URL: 'http://watch.example' });
const deps = { sql, config, statement: namedSql, renderLetter, now: () => new Date() } as Dependencies;

function address(text: string) {
  const read = parseEmailAddress(text);
  if (read === undefined) throw new Error(text);
  return read;
}

const personOf = (text: string) => sql.begin((transaction) => userOfAddress(transaction, text));

async function mailed(recipient: string, pattern: RegExp): Promise<string> {
  const [mail] = await sql<{ text: string }[]>`
    SELECT message->>'text' AS text FROM mail_outbox WHERE recipient = ${recipient} ORDER BY created_at DESC LIMIT 1`;
  const found = pattern.exec(mail?.text ?? '')?.[1];
  if (found === undefined) throw new Error(`no mail to ${recipient}`);
  return found;
}

/** How many of a hundred at once succeed. */
async function successes(use: () => Promise<unknown>): Promise<number> {
  const all = await Promise.allSettled(Array.from({ length: 100 }, use));
  return all.filter((one) => one.status === 'fulfilled' && one.value !== false && one.value !== undefined)
    .length;
}

it('a sign-in code', async () => {
  const browser = 'b'.repeat(43);
  await sendSignInCode(deps, browser, address('jane@example.com'));
  const code = await mailed('jane@example.com', /^ {4}(\d{8})$/m);
  const use = async () => (await redeemSignInCode(deps, browser, code)).outcome === 'accepted';
  expect(await successes(use)).toBe(1);
});

it('a confirmation of a watch', async () => {
  const identity = { kind: 'email', value: 'dev@example.com' } as const;
  await requestWatch(deps, { identity, email: address('kate@example.com'), client: '192.0.2.1' });
  const token = await mailed('kate@example.com', /token=([A-Za-z0-9_-]{43})/);
  expect(await successes(async () => (await confirmWatches(deps, token, [])) !== undefined)).toBe(1);
});

it('an undo of an answer, and a press that stops a watch', async () => {
  const [watch] = await sql<{ id: string; stop_token: string }[]>`
    SELECT id, stop_token FROM account_watch WHERE email = 'kate@example.com'`;
  const alert = randomUUID();
  await sql`
    INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash)
    VALUES (${alert}, ${watch?.id ?? ''}, 'log', 1, 'unexpected', '[]', '{}', ${Buffer.from(alert)})`;
  const who = { by: 'kate', actor: { kind: 'mail' } } as const;
  expect(await successes(async () => (await sayOfAlerts(deps, [alert], { answer: 'mine', who })) > 0)).toBe(
    1,
  );
  expect(await successes(async () => (await undoAnswers(deps, [alert], who)) > 0)).toBe(1);
  await successes(() => stopWatch(deps, watch?.stop_token ?? ''));
  const stopped = await sql`SELECT DISTINCT stopped_at FROM account_watch WHERE email = 'kate@example.com'`;
  expect(stopped).toHaveLength(1);
});

it('an invitation', async () => {
  const owner = await personOf('owner@example.com');
  const guest = await personOf('guest@example.com');
  const id = await makeTeam(deps, owner, 'Team');
  const team = { id, name: 'Team', role: 'owner', isPersonal: false } as const;
  const asked = {
    team,
    invitedBy: owner,
    actor: { kind: 'user', id: owner },
    address: address('guest@example.com'),
    role: 'viewer',
  } as const;
  await invite(deps, { ...asked, role: 'owner' });
  await invite(deps, asked);
  const open = await sql`SELECT role FROM account_invitation WHERE team_id = ${id} AND ended_at IS NULL`;
  expect([...open], 'asked again: one link works, with the last role').toEqual([{ role: 'viewer' }]);
  const token = await mailed('guest@example.com', /token=([A-Za-z0-9_-]{43})/);
  expect(await successes(() => acceptInvitation(deps, token, guest))).toBe(1);
  expect(await sql`SELECT 1 FROM account_audit WHERE team_id = ${id} AND act = 'member.joined'`).toHaveLength(
    1,
  );
  expect((await listActs(deps, id)).map(({ what }) => what)).toEqual([
    'joined as viewer',
    'invited guest@example.com as viewer',
    'invited guest@example.com as owner',
    'made the team',
  ]);
});

it('a challenge of ownership', async () => {
  const userId = await personOf('prover@example.com');
  const [team] = await sql<{ id: string }[]>`SELECT id FROM account_team WHERE personal_of = ${userId}`;
  const owned = { kind: 'domain', value: 'example.com' } as const;
  const actor = { kind: 'user', id: userId } as const;
  const all = await Promise.all(
    Array.from({ length: 100 }, () => askOwnership(sql, { teamId: team?.id ?? '', userId, owned, actor })),
  );
  const [first] = all;
  expect(new Set(all.map(({ challenge }) => challenge)).size).toBe(1);
  if (first === undefined) throw new Error('none');
  await successes(() => recordProof(sql, first, { method: 'dns', bound: {}, findings: [] }, actor));
  expect(
    await sql`SELECT 1 FROM account_audit WHERE subject_id = ${first.id} AND act = 'ownership.proven'`,
  ).toHaveLength(1);
});

it.each(['login', 'passkey-sign-in', 'passkey-add'] as const)(
  'the state or challenge of a %s',
  async (purpose) => {
    const token = await makeSecret(deps, purpose, { userId: 'x' });
    const other = purpose === 'login' ? 'passkey-add' : 'login';
    expect(await spendSecret(deps, other, token, z.object({}))).toBeUndefined();
    expect(await successes(() => spendSecret(deps, purpose, token, z.object({ userId: z.string() })))).toBe(
      1,
    );
  },
);

it('one inbox gets few codes, however its address is spelt, and the same is answered', async () => {
  const outside = { ...deps, config: readConfig({ NODE_ENV: 'test', DEMO_MAILBOX: 'off' }) };
  for (let at = 0; at < 20; at++)
    await sendSignInCode(outside, `${at}`.padEnd(43, 'c'), address(`b.omb+${at}@Example.com`));
  const mails = await sql`SELECT 1 FROM mail_outbox WHERE recipient LIKE 'b.omb+%'`;
  expect(mails).toHaveLength(6);
});

it('cookies are of this very host and of TLS alone wherever there is TLS, or no network in between', () => {
  for (const url of ['https://watch.example', 'http://localhost:3000']) {
    const { name, attributes } = hostCookie(url, 'x');
    expect(`${name}; ${attributes}`).toBe('__Host-x; Path=/; HttpOnly; SameSite=Lax; Secure');
  }
  expect(
    securityHeaders({ https: true, authority: 'https://ca.example' }, '/')['strict-transport-security'],
  ).toBe('max-age=63072000; includeSubDomains');
});
