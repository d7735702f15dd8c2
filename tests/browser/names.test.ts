/** A name is shown as the certificate has it, found however it is typed, and never taken for the one it looks like. */
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const log = await startTileLog(Array.from({ length: 8 }, (_, at) => leafOf(at)));
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const at = new Date(Date.now() - 3_600_000);
const homoglyph = 'jane@ex\u0430mple.com';
const encodedWorkflow =
  'https://git.example/%D8%B4%D8%B1%D9%83%D8%A9/%D8%AA%D8%B7/.github/workflows/r%20it.yml@refs/heads/main';
const arabic = 'git.example/\u0634\u0631\u0643\u0629/\u062A\u0637';
const workflow = 'https://github.com/Acme/App/.github/workflows/Release.yml@refs/tags/v1';
await seedLog(sql, log);
const entries = [
  [['email', 'Jane@Example.com']],
  [['email', 'Jane@Example.com']],
  [['email', 'jane@example.com']],
  [['email', homoglyph]],
  [
    ['uri', workflow],
    ['repository', 'https://github.com/Acme/App'],
  ],
  [
    ['uri', encodedWorkflow],
    ['repository', 'https://git.example/%D8%B4%D8%B1%D9%83%D8%A9/%D8%AA%D8%B7'],
  ],
  [['repository', `https://${arabic}`]],
] as const;
for (const [index, identities] of entries.entries()) await seedEntry(sql, log, { index, at, identities });

async function open(path: string, javaScriptEnabled = false) {
  const page = await (await browser.newContext({ javaScriptEnabled, baseURL: web.url })).newPage();
  page.setDefaultTimeout(5000);
  await page.goto(path);
  return page;
}

async function look(typed: string, javaScriptEnabled = false) {
  const page = await open('/', javaScriptEnabled);
  await page.getByRole('searchbox').fill(typed);
  await page.getByRole('searchbox').press('Enter');
  return page;
}

it('shows, serves and hands out the spelling of the certificate, on one page for all spellings', async () => {
  const page = await look('JANE@example.com');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Jane@Example.com');
  const spellings = page.getByRole('region', { name: 'As certificates have it' });
  expect(await spellings.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/^Jane@Example\.com\s+2 signatures$/),
    expect.stringMatching(/^jane@example\.com\s+1 signature$/),
  ]);
  const text = async (path: string) => (await fetch(web.url + path)).text();
  expect(await text('/e/rekor/0')).toContain('--certificate-identity Jane@Example.com');
  expect(await text('/e/rekor/2')).toContain('--certificate-identity jane@example.com');
  expect(await text('/e/rekor/4')).toContain(`--certificate-identity ${workflow}`);
  expect(await text('/i/jane@example.com/signings.csv')).toContain('"Jane@Example.com"');
  expect(await text('/i/jane@example.com/feed.atom')).toContain('as Jane@Example.com');
  const answer = JSON.parse(
    await text('/api/v1/signings?repository=github.com/acme/app&identity=github.com/acme/app'),
  );
  expect(answer.signings[0].identities).toContainEqual({
    kind: 'uri',
    value: workflow.replace('Acme/App', 'acme/app'),
    exact: workflow,
    trust: 'trusted',
  });
  expect(await text('/i/github.com%2Facme%2Fapp')).toContain('github.com/Acme/App');
});

it.each([false, true])('warns of letters that only look Latin, with script: %s', async (script) => {
  const page = await look(homoglyph, script);
  if (script) {
    const answer = page.locator('#find-answer');
    await answer.getByText('is Cyrillic').waitFor();
    expect(await answer.innerText()).toContain('jane@xn--exmple-4nf.com');
    await answer.getByRole('link', { name: 'Show and check' }).click();
  }
  const heading = page.getByRole('heading', { level: 1 });
  await heading.getByText('xn--').waitFor();
  expect(await heading.innerText()).toContain(homoglyph);
  expect(await heading.innerText()).toContain('jane@xn--exmple-4nf.com');
  expect(await heading.locator('.foreign').allInnerTexts()).toEqual(['\u0430']);
  await page.getByText('Not the letters it seems').waitFor();
  await page.getByRole('link', { name: 'jane@example.com' }).first().click();
  const alike = page.getByRole('region', { name: 'Names that look alike' });
  expect(await alike.innerText()).toContain('jane@xn--exmple-4nf.com');
});

it('shows an encoded repository once, legibly, with its exact form beside', async () => {
  const page = await look(`https://${arabic}`);
  expect(await page.locator('.figure').innerText()).toBe('2');
  expect(await page.getByRole('region', { name: 'As certificates have it' }).innerText()).toContain(
    '%D8%AA%D8%B7',
  );
  const names = await open(`/n/${encodeURIComponent('git.example/%D8%B4%D8%B1%D9%83%D8%A9/')}`);
  expect(await names.getByRole('region', { name: 'Name by name' }).getByRole('listitem').count()).toBe(1);
  const entry = await open('/e/rekor/5');
  const identity = await entry.getByRole('region', { name: 'Identity' }).innerText();
  expect(identity).toContain(encodedWorkflow);
  expect(identity).toContain('\u0634\u0631\u0643\u0629/\u062A\u0637/.github/workflows/r%20it.yml');
});

it('says the same of what was searched where the browser finds a name itself, and counts no CT log', async () => {
  await seedLog(sql, log, 'second');
  await seedLog(sql, log, 'certificates');
  await sql`UPDATE monitor_log SET kind = 'ct' WHERE id = 'certificates'`;
  const words = 'in 2 logs, 16 entries in all.';
  const page = await look('acme/\u05E9\u05DC\u05D5\u05DD', true);
  const answer = page.locator('#find-answer');
  await answer.getByText(`Searched ${words}`).waitFor();
  await answer.getByRole('link', { name: 'Watch this name' }).click();
  await page.getByText(words).waitFor();
});
