/** The pages of a person alone: forms that are refused and keep what was typed, a long list of watches, a first watch. */
import type { Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { Person } from './person.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

async function teamOf(one: Person, name: string): Promise<string> {
  return one.pressed('/team', { act: 'make', name });
}

/** In a browser without script. */
async function reading(address: string): Promise<Page> {
  const one = await new Person(web.url, sql).signIn(address);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  const secure = web.url.replace('http:', 'https:');
  await context.addCookies([...one.cookies].map(([name, value]) => ({ name, value, url: secure })));
  return context.newPage();
}

it('wrong input comes back to its page with what was typed and a sentence at the field', async () => {
  const one = await new Person(web.url, sql).signIn('typo@example.com');
  const team = (await teamOf(one, 'Typo \u{202e}crew')).split('/').at(-1) ?? '';
  const intent = { repository: 'not a repo', digest: 'zz', count: '-5', ref: 'r', workflow: 'w', hours: '9' };
  const forms: [string, Record<string, string>, Record<string, string>][] = [
    ['/intents', { act: 'make', team }, intent],
    ['/freezes', { act: 'freeze' }, { identity: 'bad', reason: 'my long reason' }],
    ['/team', { act: 'make' }, { name: '   ' }],
    ['/ownership', { team, kind: 'domain' }, { name: 'not a domain!!' }],
  ];
  for (const [path, fixed, typed] of forms) {
    const page = await one.page(await one.pressed(path, { ...fixed, ...typed }));
    expect(page, path).toMatch(/id="(?:repository-|identity-|name-)?problem" class="problem" role="alert"/);
    for (const value of Object.values(typed)) expect(page, path).toContain(`value="${value}"`);
  }
  for (const path of ['/intents', '/watches/new?kind=email&value=typo@example.com'])
    expect(await one.page(path)).toContain('Typo \\u{202e}crew</option>');
});

it('a name that is too long, and what cannot be done, are said on the page where they were typed', async () => {
  const one = await new Person(web.url, sql).signIn('namer@example.com');
  const crew = await teamOf(one, 'Namers');
  const long = 'n'.repeat(81);
  const kept: [string, Record<string, string>, string, string][] = [
    [crew, { act: 'rename' }, 'name', long],
    [crew, { act: 'invite', role: 'viewer' }, 'email', 'no address'],
    ['/settings', { act: 'rename' }, 'name', long],
    ['/settings', { act: 'add-address' }, 'email', 'no address'],
    ['/settings', { act: 'delete' }, 'sure', 'delet'],
    ['/settings', { act: 'make-key', team: crew.split('/').at(-1) ?? '', days: '7' }, 'name', long],
  ];
  for (const [path, fixed, field, typed] of kept) {
    const page = await one.page((await one.pressed(path, { ...fixed, [field]: typed })).replace(/#.*/, ''));
    expect(page, `${path} ${fixed['act'] ?? ''}`).toContain(`value="${typed}"`);
    expect(page, `${path} ${fixed['act'] ?? ''}`).toMatch(/class="problem" role="alert"/);
  }
  expect(await one.page(crew)).toContain('Namers');
});

it('shows fifty watches at a time, all drawn, says which, and pages on', async () => {
  const many = await reading('many@example.com');
  await sql`
    INSERT INTO account_watch (id, team_id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at)
    SELECT gen_random_uuid(), team.id, 'email', value, value, email.address, email.address, 'confirmed',
      sha256(value::bytea), 'stop ' || value, now(), now()
    FROM account_email email JOIN account_team team ON team.personal_of = email.user_id,
      (SELECT 'many' || at || '@example.com' AS value FROM generate_series(1, 51) AS at) AS made
    WHERE email.address = 'many@example.com'`;
  await many.goto('/watches');
  const rows = many.locator('.watch-row');
  const pages = many.getByRole('navigation', { name: 'Pages of watches' });
  expect(await rows.count()).toBe(50);
  expect(await rows.locator('svg.small-strip').count()).toBe(50);
  expect(await pages.innerText()).toContain('1 to 50 of 51');
  const shown = await rows.allInnerTexts();
  await pages.getByRole('link', { name: 'The next 1' }).click();
  expect(await pages.innerText()).toContain('51 to 51 of 51');
  expect(await rows.count()).toBe(1);
  expect(shown).not.toContain(await rows.innerText());
  for (const wrong of ['0', '3', '-1', 'x']) {
    await many.goto(`/watches?page=${wrong}`);
    expect(await rows.count(), wrong).toBe(50);
  }
});

it('begins a watch at one’s own address, until somebody watches that', async () => {
  const olga = await reading('olga@example.com');
  await olga.goto('/watches/new');
  expect(await olga.getByLabel('Its name').inputValue()).toBe('olga@example.com');
  await olga.getByRole('button', { name: 'Watch olga@example.com' }).click();
  expect(await olga.locator('h1').innerText()).toBe('What to expect of olga@example.com');
  await olga.goto('/watches/new');
  expect(await olga.getByLabel('Its name').inputValue()).toBe('');
});
