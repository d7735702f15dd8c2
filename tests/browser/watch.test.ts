import type { Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { openMailed, pressMailed } from '#tests/harness/mailed-press.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

async function withoutScript(): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  return context.newPage();
}

async function ask(identity: string, email: string): Promise<Response> {
  const body = new URLSearchParams({ identity, email });
  return fetch(`${web.url}/watch`, { method: 'POST', body, redirect: 'manual' });
}

interface Queued {
  readonly recipient: string;
  readonly message: { readonly subject: string; readonly text: string; readonly html: string };
}

async function mailsTo(address: string): Promise<Queued[]> {
  return sql<
    Queued[]
  >`SELECT recipient, message FROM mail_outbox WHERE recipient = ${address} ORDER BY created_at`;
}

async function confirmLink(address: string): Promise<string> {
  const mail = (await mailsTo(address)).at(-1);
  const link = /http\S+\/watch\/confirm\?token=\S+/.exec(mail?.message.text ?? '')?.[0];
  if (link === undefined) throw new Error(`no link for ${address}`);
  return link;
}

/** Presses the button of the page that the link leads to. */
const confirm = (link: string) => pressMailed(link);

async function stateOf(value: string): Promise<string[]> {
  const rows = await sql<
    { state: string }[]
  >`SELECT state FROM account_watch WHERE value = ${value} ORDER BY created_at`;
  return rows.map(({ state }) => state);
}

it('takes a person from the question to a watch, without script', async () => {
  const heard: string[] = [];
  await sql.listen('account_watch', (id) => void heard.push(id));
  const page = await withoutScript();
  await page.goto('/i/dev@example.com');
  expect(await page.getByLabel('Tell this address').inputValue()).toBe('dev@example.com');
  await page.getByRole('button', { name: 'Tell me if it ever happens' }).click();
  expect(await page.locator('h1').innerText()).toBe('Check your inbox');
  await page.goto(await confirmLink('dev@example.com'));
  expect(await page.locator('h1').innerText()).toBe('Watch dev@example.com?');
  expect(await stateOf('dev@example.com')).toEqual(['pending']);
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(await page.locator('h1').innerText()).toBe('Watching dev@example.com');
  expect(await stateOf('dev@example.com')).toEqual(['confirmed']);
  await eventually(() => expect(heard).toHaveLength(1));
  await page.getByRole('link', { name: 'Stop watching' }).click();
  await page.getByRole('button', { name: 'Stop watching' }).click();
  expect(await page.locator('h1').innerText()).toBe('No longer watching dev@example.com');
  expect(await stateOf('dev@example.com')).toEqual(['stopped']);
});

it('is changed by no GET and no HEAD, however often a scanner follows a link', async () => {
  await ask('scanned@example.com', 'scanned@example.com');
  const link = await confirmLink('scanned@example.com');
  for (let at = 0; at < 5; at++) {
    expect((await fetch(link)).status).toBe(200);
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
  }
  expect(await stateOf('scanned@example.com')).toEqual(['pending']);
});

it('a program that read the page confirms nothing from elsewhere, and nothing without the page', async () => {
  const value = 'tried@example.com';
  await ask(value, value);
  const link = await confirmLink(value);
  const [opened, another] = [await openMailed(link), await openMailed(link)];
  expect(opened.word).toMatch(/^[0-9a-f]{32}$/);
  const tries: RequestInit[] = [
    {},
    { body: new URLSearchParams({ word: opened.word }) },
    { body: new URLSearchParams({ word: '' }) },
    { headers: { cookie: opened.cookie } },
    { headers: { cookie: another.cookie }, body: new URLSearchParams({ word: opened.word }) },
    { headers: { 'x-sigwatch-word': 'x' }, body: new URLSearchParams({ word: 'x' }) },
  ];
  for (const tried of tries) {
    const answer = await fetch(link, { method: 'POST', redirect: 'manual', ...tried });
    expect(answer.headers.get('location')).toBe(`${new URL(link).pathname}${new URL(link).search}&again=yes`);
  }
  expect(await stateOf(value)).toEqual(['pending']);
  expect((await openMailed(`${link}&again=yes`)).html).toContain('Nothing was changed');
  await confirm(link);
  expect(await stateOf(value)).toEqual(['confirmed']);
  const [row] = await sql<
    { stop_token: string }[]
  >`SELECT stop_token FROM account_watch WHERE value = ${value}`;
  const stop = `${web.url}/watch/stop?token=${row?.stop_token}`;
  await fetch(stop, { method: 'POST', redirect: 'manual' });
  await fetch(stop, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ word: opened.word }) });
  expect(await stateOf(value)).toEqual(['confirmed']);
  await pressMailed(stop);
  expect(await stateOf(value)).toEqual(['stopped']);
});

it('a confirmation link works once, whoever presses at the same time', async () => {
  await ask('race@example.com', 'race@example.com');
  const link = await confirmLink('race@example.com');
  await fetch(link, { method: 'POST', redirect: 'manual' });
  expect(await stateOf('race@example.com')).toEqual(['pending']);
  let announced = 0;
  const { unlisten } = await sql.listen('account_watch', () => void announced++);
  await Promise.all(Array.from({ length: 40 }, () => confirm(link)));
  await ask('last@example.com', 'last@example.com');
  await confirm(await confirmLink('last@example.com'));
  await eventually(() => expect(announced).toBeGreaterThanOrEqual(2));
  expect(announced).toBe(2);
  await unlisten();
});

it('an old link says that it is dead and changes nothing', async () => {
  await ask('late@example.com', 'late@example.com');
  await sql`UPDATE account_watch SET expires_at = now() - interval '1 second' WHERE value = 'late@example.com'`;
  const link = await confirmLink('late@example.com');
  await fetch(link, { method: 'POST', redirect: 'manual' });
  expect(await stateOf('late@example.com')).toEqual(['pending']);
  expect(await (await fetch(link)).text()).toContain('This link does not work any more');
});

const dueInMinutes = async (pattern: string): Promise<number[]> => {
  const rows = await sql<{ minutes: number }[]>`
    SELECT round(extract(epoch FROM next_at - now()) / 60)::int AS minutes FROM mail_outbox
    WHERE recipient ILIKE ${pattern} ORDER BY next_at`;
  return rows.map(({ minutes }) => minutes);
};

it('sends one inbox one mail an hour and three a day at most, and answers the same every time', async () => {
  const spellings = [
    'victim@example.com',
    'v.ictim@example.com',
    'victim+a@example.com',
    'VICTIM@example.com',
    'victim+b@example.com',
  ];
  const answers = await Promise.all(spellings.map((email) => ask('github.com/acme/app', email)));
  const shown = await Promise.all(
    answers.map(
      async (answer) => `${answer.status} ${answer.headers.get('location')} ${await answer.text()}`,
    ),
  );
  expect(new Set(shown)).toEqual(new Set(['303 /watch/sent ']));
  // A fourth would leave a day after the first: that is no answer to a press, and nobody's to book.
  expect(await dueInMinutes('v%ictim%@example.com')).toEqual([0, 60, 120]);
});

it('confirms with one mail all that was asked for with an address, but what is left out', async () => {
  const address = 'several@example.com';
  for (const name of ['app', 'library', 'unknown']) await ask(`github.com/several/${name}`, address);
  expect(await dueInMinutes(address)).toEqual([0, 60]);
  const [mail] = await mailsTo(address);
  const link = /http\S+\/watch\/confirm\?token=\S+/.exec(mail?.message.text ?? '')?.[0] ?? '';
  const page = await withoutScript();
  await page.goto(link);
  expect(await page.locator('h1').innerText()).toBe('Watch github.com/several/app?');
  await page.getByLabel('github.com/several/unknown').uncheck();
  await page.getByRole('button', { name: 'Confirm' }).click();
  expect(await page.locator('h1').innerText()).toBe('Watching github.com/several/app');
  expect(await page.locator('main').innerText()).toContain('github.com/several/library');
  for (const [name, state] of [
    ['app', 'confirmed'],
    ['library', 'confirmed'],
    ['unknown', 'pending'],
  ] as const)
    expect(await stateOf(`github.com/several/${name}`)).toEqual([state]);
  // Who has answered is not made to wait.
  await ask('github.com/several/more', address);
  expect(await dueInMinutes(address)).toEqual([0, 0, 60]);
});

it('a press takes in nothing that was asked for with the address of somebody else', async () => {
  await ask('github.com/mine/app', 'presser@example.com');
  await ask('github.com/theirs/app', 'other-reader@example.com');
  const [theirs] = await sql<{ id: string }[]>`
    SELECT id FROM account_watch WHERE email = 'other-reader@example.com'`;
  await pressMailed(await confirmLink('presser@example.com'), { [theirs?.id ?? '']: 'yes' });
  expect(await stateOf('github.com/mine/app')).toEqual(['confirmed']);
  expect(await stateOf('github.com/theirs/app')).toEqual(['pending']);
});

it('counts the mails, not the watches that asked nobody', async () => {
  const address = 'busy@example.com';
  for (let at = 0; at < 4; at++)
    await sql`
      INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at)
      VALUES (gen_random_uuid(), 'email', ${address}, ${address}, ${address}, ${address}, 'confirmed',
        ${Buffer.from(`busy ${at}`)}, ${`busy ${at}`}, now())`;
  for (let at = 0; at < 5; at++) await ask(address, address);
  expect(await dueInMinutes(address)).toEqual([0, 60]);
});

it('answers alike for an address that watches already and one nobody knows', async () => {
  await ask('known@example.com', 'known@example.com');
  await confirm(await confirmLink('known@example.com'));
  const shapes = await Promise.all(
    ['known@example.com', 'unknown@example.com'].map(async (address) => {
      const answer = await ask(address, address);
      const headers = [...answer.headers.keys()].filter((name) => name !== 'x-request-id').sort();
      return {
        status: answer.status,
        location: answer.headers.get('location'),
        headers,
        mails: (await mailsTo(address)).length,
      };
    }),
  );
  expect(shapes).toEqual([
    { ...shapes[1], mails: 2 },
    { ...shapes[1], mails: 1 },
  ]);
});

it('asking again replaces the watch; the stop link of the first still stops it', async () => {
  const value = 'twice@example.com';
  for (let at = 0; at < 2; at++) {
    await ask(value, value);
    await confirm(await confirmLink(value));
  }
  expect(await stateOf(value)).toEqual(['stopped', 'confirmed']);
  const [first] = await sql<{ stop_token: string }[]>`
    SELECT stop_token FROM account_watch WHERE value = ${value} ORDER BY created_at LIMIT 1`;
  const stop = `${web.url}/watch/stop?token=${first?.stop_token}`;
  const multipart = new FormData();
  multipart.set('List-Unsubscribe', 'One-Click');
  for (const body of [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), multipart]) {
    const oneClick = await fetch(stop, { method: 'POST', body, redirect: 'manual' });
    expect(oneClick.status).toBe(200);
  }
  expect(await stateOf(value)).toEqual(['stopped', 'stopped']);
});

it('one click ends one watch; its link in the mail takes that back for a day', async () => {
  const address = 'undoer@example.com';
  for (const name of ['one', 'two']) {
    await ask(`github.com/undoer/${name}`, address);
    await confirm(await confirmLink(address));
  }
  const states = async () =>
    [await stateOf('github.com/undoer/one'), await stateOf('github.com/undoer/two')].flat();
  const [row] = await sql<{ stop_token: string }[]>`
    SELECT stop_token FROM account_watch WHERE value = 'github.com/undoer/one'`;
  const stop = `${web.url}/watch/stop?token=${row?.stop_token}`;
  const oneClick = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await fetch(stop, { method: 'POST', body: oneClick })).status).toBe(200);
  expect(await states()).toEqual(['stopped', 'confirmed']);
  const page = await withoutScript();
  await page.goto(stop);
  await page.getByRole('button', { name: 'Undo: watch it again' }).click();
  expect(await page.locator('h1').innerText()).toBe('Taken back');
  expect(await states()).toEqual(['confirmed', 'confirmed']);
  // Two days later it is a matter of asking again.
  await fetch(stop, { method: 'POST', body: oneClick });
  await sql`UPDATE account_watch SET stopped_at = now() - interval '2 days' WHERE value = 'github.com/undoer/one'`;
  await pressMailed(stop, { act: 'undo' });
  expect(await states()).toEqual(['stopped', 'confirmed']);
});

it.each(['', 'not an address', 'a@b\r\nBcc: x@y.z', '"v@evil x"@example.com', 'a@b,c@d'])(
  'mails nothing to %j',
  async (email) => {
    const before = (await sql`SELECT 1 FROM mail_outbox`).length;
    await ask('github.com/acme/app', email);
    expect((await sql`SELECT 1 FROM mail_outbox`).length).toBe(before);
  },
);

it('quotes a hostile name in its mail as inert text', async () => {
  const identity = 'https://evil.example/\u202e[click](https://evil.example)<img/src=x>';
  await ask(identity, 'reader@example.com');
  const [mail] = await mailsTo('reader@example.com');
  expect(mail?.message.subject).not.toMatch(/[\r\n\u202e]/);
  expect(mail?.message.text).toContain('\\u{202e}');
  expect(mail?.message.html).not.toContain('<img');
});

it('takes no form from another site', async () => {
  const body = new URLSearchParams({ identity: 'cross@example.com', email: 'cross@example.com' });
  const answer = await fetch(`${web.url}/watch`, {
    method: 'POST',
    body,
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status).toBe(403);
  expect(await stateOf('cross@example.com')).toEqual([]);
});

it('opens a mail of the demo mailbox in a frame that runs nothing, and its link leads to the page', async () => {
  await ask('frame@example.com', 'frame@example.com');
  const [mail] = await mailsTo('frame@example.com');
  if (mail === undefined) throw new Error('no mail');
  const { subject, text, html } = mail.message;
  await sql`
    INSERT INTO mail_mailbox (message_id, recipient, subject, text, html, headers)
    VALUES ('<frame@x>', ${mail.recipient}, ${subject}, ${text}, ${`${html}<script>document.title = 'ran'</script>`}, '{}')`;
  const context = await browser.newContext({ baseURL: web.url });
  const page = await context.newPage();
  await page.goto('/mailbox');
  const frame = page.frameLocator('iframe');
  expect(await frame.locator('h1').innerText()).toContain('Watch frame@example.com?');
  const opened = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Look and confirm' }).click();
  const confirm = await opened;
  await confirm.getByRole('button', { name: 'Confirm' }).click();
  await confirm.getByRole('heading', { name: 'Watching frame@example.com' }).waitFor();
  expect(await stateOf('frame@example.com')).toEqual(['confirmed']);
});
