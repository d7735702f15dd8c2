import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const log = await startTileLog([leafOf(0)]);
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const formula = '=HYPERLINK("https://evil.example","x")';
const hostile = `github.com/evil/${formula}\u202e<script>alert(1)</script>`;
const hour = 3_600_000;
const now = Date.now();
await seedLog(sql, log);
for (let at = 0; at < 70; at++)
  await seedEntry(sql, log, {
    index: at,
    at: new Date(now - (200 - at) * 24 * hour),
    issuer: at < 60 ? 'https://accounts.google.com' : 'https://github.com/login/oauth',
    identities: [
      ['email', 'jane@example.com'],
      ...(at % 2 === 0 ? [['repository', 'github.com/acme/app'] as const] : []),
    ],
    claims: { sourceRepositoryRef: formula },
  });
await seedEntry(sql, log, {
  index: 70,
  at: new Date(now - hour),
  issuer: formula,
  identities: [
    ['email', 'jane@example.com'],
    ['repository', hostile],
  ],
});
await seedEntry(sql, log, {
  index: 71,
  at: new Date(now - hour),
  trust: 'untrusted',
  identities: [['email', 'jane@example.com']],
});
await seedEntry(sql, log, {
  index: 72,
  at: new Date(now - hour),
  identities: [['email', 'jane@examp1e.com']],
});
await seedEntry(sql, log, {
  index: 73,
  at: new Date(now - hour),
  identities: [['email', 'john@example.com']],
});
await seedEntry(sql, log, {
  index: 74,
  at: new Date(now - hour),
  trust: 'untrusted',
  identities: [['email', 'jame@example.com']],
});

for (let at = 0; at < 60; at++)
  await seedEntry(sql, log, {
    index: 100 + at,
    at: new Date(now - (60 - at) * hour),
    issuer: 'https://token.actions.githubusercontent.com',
    identities: [['repository', 'github.com/acme/built']],
    claims: {
      sourceRepositoryUri: 'https://github.com/acme/built',
      sourceRepositoryRef: at === 5 ? 'refs/heads/odd' : 'refs/tags/v1',
      buildConfigUri: `https://github.com/acme/built/.github/workflows/${at === 5 ? 'evil' : 'release'}.yml@refs/tags/v1`,
      buildTrigger: at < 10 ? 'push' : 'release',
    },
  });

const jane = '/i/jane@example.com';
async function open(path: string) {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  await page.goto(path);
  return page;
}

it('narrows by plain links, with exact totals on every page, and takes a choice back', async () => {
  const page = await open(jane);
  expect(await page.locator('.figure').innerText()).toBe('71');
  await page.getByRole('link', { name: 'https://accounts.google.com' }).click();
  expect(await page.locator('.figure').innerText()).toBe('60');
  await page.getByRole('link', { name: 'no repository' }).click();
  expect(await page.locator('.figure').innerText()).toBe('30');
  const region = page.getByRole('region', { name: 'Signatures, newest first' });
  expect(await region.locator('.entry-row a').count()).toBe(30);
  await page.getByRole('link', { name: /no repository.*take back/ }).click();
  await page.getByRole('link', { name: 'Older signatures' }).click();
  expect(await page.locator('.figure').innerText()).toBe('60');
  await page.getByRole('link', { name: 'Show all again' }).click();
  expect(new URL(page.url()).search).toBe('');
});

it('narrows by time', async () => {
  const page = await open(jane);
  await page.getByRole('link', { name: 'last 7 days' }).click();
  expect(await page.locator('.figure').innerText()).toBe('1');
  await page.getByRole('link', { name: 'last year' }).click();
  expect(await page.locator('.figure').innerText()).toBe('71');
});

it('has one canonical address, and keeps a person out of search engines', async () => {
  const page = await open(`${jane}?days=7`);
  expect(await page.locator('link[rel=canonical]').getAttribute('href')).toBe(web.url + jane);
  expect(await page.locator('meta[name=robots]').getAttribute('content')).toContain('noindex');
  expect(await page.locator('link[rel=alternate][type="application/atom+xml"]').count()).toBe(1);
  for (const file of ['signings.csv', 'signings.json', 'feed.atom', 'feed.json'])
    expect((await fetch(`${web.url}${jane}/${file}`)).headers.get('x-robots-tag')).toContain('noindex');
  const repository = await fetch(`${web.url}/i/github.com%2Facme%2Fapp/feed.atom`);
  expect(repository.headers.get('x-robots-tag')).toBeNull();
});

it('shows names that look alike apart, those that signed alone, and counts none', async () => {
  const page = await open(jane);
  const alike = page.getByRole('region', { name: 'Names that look alike' });
  expect(await alike.getByRole('listitem').allInnerTexts()).toHaveLength(1);
  await alike.getByRole('link', { name: 'jane@examp1e.com' }).click();
  expect(new URL(page.url()).pathname).toBe('/i/jane@examp1e.com');
});

it('gives the signatures as CSV that starts no formula, without the forgery attempts', async () => {
  const answer = await fetch(`${web.url}${jane}/signings.csv`);
  expect(answer.headers.get('content-type')).toContain('text/csv');
  const lines = (await answer.text()).trimEnd().split('\r\n');
  expect(lines).toHaveLength(72);
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://evil.example`);
  expect(lines.join('')).not.toMatch(/(?:^|,)"[=+@-]|\u202e/);
});

it('gives the same as JSON and as feeds, under the same narrowing', async () => {
  const read = (file: string) => fetch(`${web.url}${jane}/${file}`);
  const json = (await (await read('signings.json?days=7')).json()) as { total: number; signings: unknown[] };
  expect([json.total, json.signings.length]).toEqual([1, 1]);
  const feed = (await (await read('feed.json')).json()) as { items: { url: string }[] };
  expect(feed.items).toHaveLength(50);
  expect(feed.items[0]?.url).toBe(`${web.url}/e/rekor/70`);
  const page = await open(jane);
  const parsed = await page.goto(`${jane}/feed.atom`).then((answer) => answer?.text());
  expect(parsed?.match(/<entry>/g)).toHaveLength(50);
  expect(parsed).not.toMatch(/<script|\u202e/);
  const broken = await page.locator('parsererror').count();
  expect(broken).toBe(0);
});

it.each(['?days=abc', '?issuer=a&issuer=b', '?after=nonsense', '?source=nowhere'])(
  'answers %s with a page',
  async (query) => {
    expect((await fetch(web.url + jane + query)).status).toBe(200);
  },
);

it('tells of incidents in an Atom feed that leads to them', async () => {
  const detail = `two roots ${hostile}`;
  await sql`INSERT INTO monitor_incident (log_id, kind, detail) VALUES ('rekor', 'split-view', ${detail})`;
  const answer = await fetch(`${web.url}/logs/incidents.atom`);
  expect(answer.headers.get('content-type')).toContain('application/atom+xml');
  const feed = await answer.text();
  expect(feed).not.toMatch(/<script|\u202e/);
  const id = /<id>[^<]*#([^<]+)<\/id>/.exec(feed)?.[1] ?? 'none';
  const page = await open('/logs');
  expect(await page.locator(`[id="${id}"]`).innerText()).toContain('two roots');
  expect(await page.locator('link[rel=alternate]').getAttribute('href')).toBe(
    `${web.url}/logs/incidents.atom`,
  );
});

it('has values copied by a press or by key, and says so; without script there is no such button', async () => {
  const path = `/d/${'0'.repeat(64)}`;
  const permissions = ['clipboard-read', 'clipboard-write'];
  const context = await browser.newContext({ baseURL: web.url, permissions });
  const page = await context.newPage();
  await page.goto(path);
  await page.getByRole('button', { name: 'Copy the digest' }).press('Enter');
  await page.getByText('Copied the digest.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`sha256:${'0'.repeat(64)}`);
  await context.close();
  const without = await open(path);
  expect(await without.getByRole('button', { name: /Copy/ }).count()).toBe(0);
});

it('shows a name of a thousand marks, and says of a longer one that it is too long for an address', async () => {
  const marked = (count: number) => `/i/${encodeURIComponent(`Z${'\u0301'.repeat(count)}@example.com`)}`;
  const page = await open(marked(1000));
  expect(await page.locator('main').innerText()).not.toContain('cannot be read');
  const refused = await fetch(web.url + marked(2200));
  expect(refused.status).toBe(414);
  expect(await refused.text()).toContain('That address is too long');
});

it('narrows by workflow, trigger and ref, counted, and in the address', async () => {
  const page = await open(`/i/${encodeURIComponent('github.com/acme/built')}`);
  const figure = () => page.locator('.figure').innerText();
  const facet = (name: string) => page.locator('.facets > div').filter({ hasText: name });
  expect(await figure()).toBe('60');
  expect(await facet('Started by').innerText()).toMatch(/release\s+50\s+push\s+10/);
  await facet('Started by').getByRole('link', { name: 'push' }).click();
  expect(await figure()).toBe('10');
  expect(await facet('Workflow').innerText()).toMatch(/release\.yml\s+9[^]*evil\.yml\s+1/);
  await facet('Workflow')
    .getByRole('link', { name: /evil\.yml/ })
    .click();
  expect(await figure()).toBe('1');
  const { searchParams } = new URL(page.url());
  expect([searchParams.get('trigger'), searchParams.get('workflow')]).toEqual([
    'push',
    'https://github.com/acme/built/.github/workflows/evil.yml',
  ]);
  await page.goto(`/i/${encodeURIComponent('github.com/acme/built')}?ref=refs%2Fheads%2Fodd`);
  expect(await figure()).toBe('1');
});

it('says which workflow came first, however many signatures came after it', async () => {
  const page = await open(`/i/${encodeURIComponent('github.com/acme/built')}`);
  expect(await page.getByRole('region', { name: 'Rhythm, 90 days' }).innerText()).toContain(
    'first by evil.yml',
  );
  const answer = await fetch(`${web.url}/api/v1/identities?identity=github.com/acme/built`);
  const { rhythm } = (await answer.json()) as { rhythm: { marks: { firstBy: object[] }[] } };
  expect(rhythm.marks.flatMap(({ firstBy }) => firstBy)).toEqual([
    { kind: 'workflow', name: 'evil.yml' },
    { kind: 'trigger', name: 'release' },
  ]);
});
