import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { Person } from './person.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const person = () => new Person(web.url, sql);
const signedIn = (address: string) => person().signIn(address);
const sessionName = '__Host-sigwatch';

async function teamOf(one: Person, name: string): Promise<string> {
  return one.pressed('/team', { act: 'make', name });
}

async function mailedLink(address: string, path: string): Promise<string> {
  const [mail] = await sql<{ text: string }[]>`
    SELECT message->>'text' AS text FROM mail_outbox
    WHERE recipient = ${address} AND kind = 'notice' ORDER BY created_at DESC LIMIT 1`;
  const link = new RegExp(`http\\S+(${path}\\S+)`).exec(mail?.text ?? '')?.[1];
  if (link === undefined) throw new Error(`no link for ${address}`);
  return link;
}

it('takes a person from an address to an account, without script, and out again', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  const page = await context.newPage();
  await page.goto('/team');
  await page.getByLabel('Your e-mail address').fill('Jane@Example.com');
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await page.getByRole('heading', { name: 'Type your code' }).waitFor();
  const code = await person().codeMailedTo('jane@example.com');
  await page.getByLabel('Code').fill(`${code.slice(0, 4)} ${code.slice(4)}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Your teams' }).waitFor();
  const cookie = (await context.cookies()).find(({ name }) => name === sessionName);
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await context.close();
});

it('a code is of the browser that asked, for five attempts, and once among a hundred presses', async () => {
  const asker = person();
  const code = await asker.askCode('once@example.com');
  const thief = person();
  await thief.askCode('thief@example.com');
  expect(await thief.pressed('/sign-in/code', { code, next: '/' })).toContain('problem=wrong');
  const cookies = new Map(asker.cookies);
  const presses = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const other = person();
      for (const [name, value] of cookies) other.cookies.set(name, value);
      await other.press('/sign-in/code', { code, next: '/settings' });
      return other.cookies.has(sessionName);
    }),
  );
  expect(presses.filter(Boolean)).toHaveLength(1);
  const guesser = person();
  const right = await guesser.askCode('guessed@example.com');
  const wrong = String((Number(right) + 1) % 10 ** 8).padStart(8, '0');
  for (let attempt = 0; attempt < 5; attempt++)
    await guesser.pressed('/sign-in/code', { code: wrong, next: '/' });
  expect(await guesser.pressed('/sign-in/code', { code: right, next: '/' })).toContain('problem=spent');
});

it('looking at pages, as scanners of mail do, spends nothing and signs nobody in', async () => {
  const asker = person();
  const code = await asker.askCode('scanned@example.com');
  for (let times = 0; times < 5; times++) {
    await person().ask('/sign-in/code', { method: 'HEAD' });
    await person().ask(`/sign-in/code?code=${code}`);
    await asker.ask(`/sign-in/code?code=${code}`);
  }
  expect(asker.cookies.has(sessionName)).toBe(false);
  expect(await asker.pressed('/sign-in/code', { code, next: '/settings' })).toBe('/settings');
});

it('a session planted before signing in is not the session after', async () => {
  const victim = await signedIn('planted@example.com');
  const before = victim.cookies.get(sessionName);
  const code = await victim.askCode('planted@example.com');
  await victim.pressed('/sign-in/code', { code, next: '/settings' });
  expect(victim.cookies.get(sessionName)).not.toBe(before);
  const old = person();
  old.cookies.set(sessionName, before ?? '');
  expect((await old.ask('/settings')).status).toBe(307);
});

it('answers alike for an address with an account and one nobody knows', async () => {
  await signedIn('known-account@example.com');
  const shapes = await Promise.all(
    ['known-account@example.com', 'never-seen@example.com'].map(async (email) => {
      const asker = person();
      const answer = await asker.press('/sign-in', { act: 'address', email, next: '/settings' });
      const names = [...answer.headers.keys()].sort();
      return { status: answer.status, to: answer.headers.get('location'), names, body: await answer.text() };
    }),
  );
  expect(shapes[0]).toEqual(shapes[1]);
});

it.each(['//evil.example', '/\\evil.example', 'https://evil.example/'])(
  'signing in never leads to %s',
  async (next) => {
    const one = person();
    const code = await one.askCode('redirected@example.com', next);
    expect(await one.pressed('/sign-in/code', { code, next })).toBe('/settings');
  },
);

it('ends a session from another browser, and knows no session of others', async () => {
  const here = await signedIn('two@example.com');
  const there = await signedIn('two@example.com');
  const stranger = await signedIn('stranger@example.com');
  const [, other] = await sql<{ id: string }[]>`
    SELECT session.id FROM account_session session JOIN account_email email USING (user_id)
    WHERE email.address = 'two@example.com' ORDER BY session.created_at`;
  const end = { act: 'end-session', id: other?.id ?? '' };
  expect((await stranger.press('/settings', end)).status).toBe(404);
  expect(await here.pressed('/settings', end)).toBe('/settings');
  expect((await there.ask('/settings')).status).toBe(307);
  expect((await here.ask('/settings')).status).toBe(200);
});

it('shows a key once, which works until it is ended', async () => {
  const one = await signedIn('keys@example.com');
  const [team] = await sql<{ id: string }[]>`
    SELECT team.id FROM account_team team JOIN account_email email ON email.user_id = team.personal_of
    WHERE email.address = 'keys@example.com'`;
  const make = { act: 'make-key', team: team?.id ?? '', name: 'ci', days: '7', 'team:read': 'yes' };
  expect(await one.pressed('/settings', make)).toBe('/settings/key');
  const key = /swk_[A-Za-z0-9_-]{43}/.exec(await one.page('/settings/key'))?.[0] ?? '';
  expect(await one.page('/settings')).not.toContain(key);
  const asked = (given: string) =>
    fetch(`${web.url}/api/v1/account`, { headers: { authorization: `Bearer ${given}` } });
  expect(await (await asked(key)).json()).toMatchObject({ team: { id: team?.id }, scopes: ['team:read'] });
  expect((await asked(`${key.slice(0, -1)}_`)).status).toBe(401);
  expect((await one.ask('/api/v1/account')).status).toBe(401);
  const [row] = await sql<{ id: string }[]>`SELECT id FROM account_api_key WHERE team_id = ${team?.id ?? ''}`;
  await one.pressed('/settings', { act: 'end-key', team: team?.id ?? '', id: row?.id ?? '' });
  expect((await asked(key)).status).toBe(401);
});

it('an invitation is for its address alone, and for one press of a hundred', async () => {
  const owner = await signedIn('owner@example.com');
  const path = await teamOf(owner, 'Crew');
  await owner.pressed(path, { act: 'invite', email: 'joiner@example.com', role: 'viewer' });
  const link = await mailedLink('joiner@example.com', '/team/join');
  const wrong = await signedIn('not-invited@example.com');
  expect((await wrong.press(link, {})).status).toBe(400);
  const joiner = await signedIn('joiner@example.com');
  expect(await joiner.page(link)).toContain('Crew');
  const answers = await Promise.all(Array.from({ length: 100 }, () => joiner.press(link, {})));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  expect(await joiner.page(path)).toContain('joined');
  expect((await joiner.press(path, { act: 'rename', name: 'Mine' })).status).toBe(403);
  expect((await wrong.ask(path)).status).toBe(404);
});

it('a team keeps an owner, even when both leave in one moment', async () => {
  const first = await signedIn('leaver1@example.com');
  const path = await teamOf(first, 'Leavers');
  await first.pressed(path, { act: 'invite', email: 'leaver2@example.com', role: 'owner' });
  const second = await signedIn('leaver2@example.com');
  await second.pressed(await mailedLink('leaver2@example.com', '/team/join'), {});
  const [a, b] = await sql<{ user_id: string }[]>`
    SELECT user_id FROM account_email WHERE address LIKE 'leaver%' ORDER BY address`;
  const left = await Promise.all([
    first.press(path, { act: 'remove', user: a?.user_id ?? '' }),
    second.press(path, { act: 'remove', user: b?.user_id ?? '' }),
  ]);
  expect(left.map(({ status }) => status).sort()).toEqual([303, 409]);
});

it('gives a person everything we hold about them, and forgets it when they go; the record stands', async () => {
  const one = await signedIn('gone@example.com');
  await one.pressed('/settings', { act: 'rename', name: 'Gone Person' });
  await one.press('/watch', { identity: 'gone@example.com', email: 'gone@example.com' });
  const path = await teamOf(await signedIn('stays@example.com'), 'Staying');
  const ids = await leaveTraces('gone@example.com', path.split('/').at(-1) ?? '');
  const exported = JSON.parse(await one.page('/settings/export')) as Record<string, unknown>;
  expect(exported).toMatchObject({
    person: { name: 'Gone Person' },
    addresses: [{ address: 'gone@example.com' }],
  });
  expect(JSON.stringify(exported)).not.toMatch(/token|hash|secret/i);
  for (const held of ['mails', 'demoMails', 'codes', 'channels', 'deliveries', 'bounces'])
    expect(exported[held], held).not.toEqual([]);
  const acts = () =>
    sql`SELECT id, act, actor_id FROM account_audit WHERE actor_id = ${ids.userId} ORDER BY id`;
  const before = await acts();
  expect(await one.pressed('/settings', { act: 'delete', sure: 'delete' })).toBe('/');
  expect((await one.ask('/settings')).status).toBe(307);
  const tables = await sql<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_name ~ '^(account|alert|mail)_'`;
  for (const { name } of tables) {
    const rows =
      await sql`SELECT kept::text FROM ${sql(name)} AS kept WHERE kept::text ~ 'gone@example|Gone Person'`;
    expect([name, ...rows]).toEqual([name]);
  }
  expect(await sql`SELECT 1 FROM alert_delivery WHERE channel_id = ${ids.channel}`).toHaveLength(0);
  expect([...(await acts())].slice(0, before.length)).toEqual([...before]);
  await expect(sql`DELETE FROM account_audit WHERE actor_id = ${ids.userId}`).rejects.toThrow();
});

/** What a person leaves where others and machines write: in a team's alert, rule and response, in mail, in a channel. */
async function leaveTraces(address: string, teamId: string): Promise<{ userId: string; channel: string }> {
  const [row] = await sql<
    { id: string }[]
  >`SELECT user_id AS id FROM account_email WHERE address = ${address}`;
  const [userId, by] = [row?.id ?? '', 'Gone Person'];
  const [watch, alert, event, own, channel] = Array.from({ length: 5 }, () => randomUUID());
  await sql`INSERT INTO account_member (team_id, user_id, role) VALUES (${teamId}, ${userId}, 'responder')`;
  const [personal] = await sql<{ id: string }[]>`SELECT id FROM account_team WHERE personal_of = ${userId}`;
  for (const [id, team, email] of [
    [watch, teamId, 'stays@example.com'],
    [own, personal?.id, address],
  ] as const)
    await sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, team_id)
      VALUES (${id ?? ''}, 'email', 'x', 'x@watched.example', ${email}, ${email}, 'confirmed',
        ${Buffer.from(id ?? '')}, ${id ?? ''}, now(), ${team ?? null})`;
  await sql`
    INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash, event_id)
    VALUES (${alert ?? ''}, ${watch ?? ''}, 'log', 1, 'unexpected', '[]', '{}', ${Buffer.from('x')}, ${event ?? ''})`;
  await sql`
    INSERT INTO account_answer (alert_id, answer, by, via, undone_at, undone_by)
    VALUES (${alert ?? ''}, 'mine', ${by}, 'account', now(), ${by})`;
  await sql`
    INSERT INTO account_response (event_id, act, value, by, undone_at, undone_by)
    VALUES (${event ?? ''}, 'step', 'contain', ${by}, now(), ${by})`;
  await sql`
    INSERT INTO account_rule (id, watch_id, rule, owner, expires_at)
    VALUES (${randomUUID()}, ${watch ?? ''}, '{}', ${by}, now())`;
  await sql`INSERT INTO mail_bounce (address, reason, quiet_until) VALUES (${address}, 'full', now())`;
  await sql`
    INSERT INTO mail_mailbox (message_id, recipient, subject, text, html, headers)
    VALUES ('<left@x>', ${address}, 'shown', 'x', 'x', '{}')`;
  await sql`
    INSERT INTO account_channel (id, watch_id, url, secret, private_key)
    VALUES (${channel ?? ''}, ${own ?? ''}, 'https://hooks.example/', 'x', 'x')`;
  await sql`
    INSERT INTO alert_delivery (id, channel_id, kind, webhook_id)
    VALUES (${randomUUID()}, ${channel ?? ''}, 'test', 'msg_x')`;
  return { userId, channel: channel ?? '' };
}

it('proves an address by the code that was typed, and says what a look found', async () => {
  const one = await signedIn('prover@example.com');
  const team = (await teamOf(one, 'Provers')).split('/').at(-1) ?? '';
  const name = { team, kind: 'email', name: 'Prover@Example.com' };
  const path = await one.pressed('/ownership', name);
  expect(await one.pressed('/ownership', name)).toBe(path);
  expect(await one.page(path)).toContain('Not proven yet');
  await one.pressed(path, { act: 'check', method: 'log-entry' });
  expect(await one.page(path)).toContain('no verified signature of the line was seen yet');
  expect((await one.press(path, { act: 'check', method: 'dns' })).status).toBe(400);
  await one.pressed(path, { act: 'check', method: 'code' });
  expect(await one.page(path)).toContain('an owner of the team typed its code');
  expect(await one.page(`/team/${team}`)).toContain('proved to own');
  await one.pressed(path, { act: 'withdraw' });
  expect((await one.ask(path)).status).toBe(404);
});

it('what is hard to undo needs a sign-in of the last half hour', async () => {
  const one = await signedIn('stale@example.com');
  await sql`
    UPDATE account_session SET created_at = now() - interval '31 minutes'
    WHERE user_id = (SELECT user_id FROM account_email WHERE address = 'stale@example.com')`;
  expect((await one.press('/settings', { act: 'delete', sure: 'delete' })).status).toBe(403);
  expect((await one.press('/settings', { act: 'add-address', email: 'new@example.com' })).status).toBe(403);
});

it.each(['cross-site', 'same-site'])('takes no form that comes %s', async (site) => {
  const one = await signedIn('forged@example.com');
  const answer = await one.ask('/settings', {
    method: 'POST',
    body: new URLSearchParams({ act: 'sign-out' }),
    headers: { 'sec-fetch-site': site },
  });
  expect(answer.status).toBe(403);
});

it('fields that no form has are refused, not ignored', async () => {
  const one = await signedIn('fields@example.com');
  for (const extra of [{ userId: 'x' }, { role: 'owner' }, { 'name[$ne]': 'x' }]) {
    const answer = await one.press('/settings', {
      act: 'rename',
      name: 'A',
      ...(extra as Record<string, string>),
    });
    expect(answer.status).toBe(400);
  }
});

it('a session that somebody left open changes no way in, not even with a code asked for at the sign-in', async () => {
  const one = await signedIn('open@example.com');
  await sql`
    UPDATE account_session SET created_at = now() - interval '31 minutes'
    WHERE user_id = (SELECT user_id FROM account_email WHERE address = 'open@example.com')`;
  const code = await one.askCode('thief@example.com');
  expect((await one.press('/settings/address', { code })).status).toBe(403);
  for (const gone of [
    { act: 'remove-passkey', id: 'x' },
    { act: 'remove-login', issuer: 'x', subject: 'x' },
  ])
    expect((await one.press('/settings', gone)).status).toBe(403);
  expect(await sql`SELECT 1 FROM account_email WHERE address = 'thief@example.com'`).toHaveLength(0);
});

it('a new address is told of at all that there were', async () => {
  const one = await signedIn('before@example.com');
  await one.pressed('/settings', { act: 'add-address', email: 'after@example.com' });
  const code = await one.codeMailedTo('after@example.com');
  expect(await one.pressed('/settings/address', { code })).toBe('/settings');
  const told = await sql<{ recipient: string }[]>`
    SELECT recipient FROM mail_outbox WHERE message->>'text' LIKE '%An address was added to your account%' ORDER BY 1`;
  expect(told.map(({ recipient }) => recipient)).toEqual(['after@example.com', 'before@example.com']);
});

it.each([
  ['another site', 'https://evil.example', '/settings', 403],
  ['a frame of another site', 'null', '/settings', 403],
  ['a frame of another site, with a made-up secret', 'null', `/team/join?token=${'x'.repeat(43)}`, 303],
  ['this site', web.url, '/settings', 303],
])('takes a form of an old browser from %s or not, by its origin', async (_, origin, path, status) => {
  const one = await signedIn('origin@example.com');
  const body = new URLSearchParams({ act: path === '/settings' ? 'end-others' : 'accept' });
  const answer = await one.ask(path, { method: 'POST', body, headers: { origin } });
  if (status === 403) expect(answer.status).toBe(403);
  else expect(answer.status).not.toBe(403);
});

it('no NUL, no line break and no foreign letter gets further than the form', async () => {
  const one = await signedIn('letters@example.com');
  expect((await one.press('/team', { act: 'make', name: 'a\0b' })).status).toBe(400);
  expect((await one.ask('/alerts?state=%00')).status).toBe(400);
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ identity: 'a@b.example\0', email: 'a@b.example' });
  expect((await one.ask('/api/v1/watches', { ...json, body })).status).toBe(400);
  for (const email of [
    'ｊane@example.com',
    'jane@ex\u0430mple.com',
    '"jane"@example.com',
    'jane@[192.0.2.1]',
    'jane@example.com\r\nBcc: eve@example.com',
    'jane@example.com, eve@example.com',
    'Jane <jane@example.com>',
  ])
    expect(await one.pressed('/sign-in', { act: 'address', email, next: '/' })).toContain('problem=email');
  const code = await one.askCode('letters@example.com', '/settings\r\nSet-Cookie: x=1');
  const answer = await one.press('/sign-in/code', { code, next: '/settings\r\nSet-Cookie: x=1' });
  expect(answer.headers.get('location')).toBe('/settings');
  expect(answer.headers.getSetCookie().join()).not.toContain('x=1');
});

it('an invitation to oneself takes nothing away', async () => {
  const one = await signedIn('self@example.com');
  const path = await teamOf(one, 'Selves');
  await one.pressed(path, { act: 'invite', email: 'self@example.com', role: 'viewer' });
  await one.press(await mailedLink('self@example.com', '/team/join'), {});
  const [member] = await sql<{ role: string }[]>`
    SELECT role FROM account_member WHERE team_id = ${path.split('/').at(-1) ?? ''}`;
  expect(member?.role).toBe('owner');
});
