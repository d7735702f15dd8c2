import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { keepHours } from '#tests/harness/hours.ts';
import { expectAccessible } from './accessible.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const log = await startTileLog([leafOf(0)]);
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const day = 86_400_000;
const today = Math.floor(Date.now() / day) * day;
/** `daysAgo` at the given hour and minute, UTC. */
const when = (daysAgo: number, hour: number, minute = 0) =>
  new Date(today - daysAgo * day + hour * 3_600_000 + minute * 60_000);
const hostile = '\u202ejpg.exe" onmouseover=alert(1)><script>alert(1)</script>';

await seedLog(sql, log);
let next = 0;
interface More {
  repository?: string;
  trust?: string;
  claims?: Record<string, string>;
}
async function sign(email: string, at: Date, more: More = {}) {
  const repository = more.repository === undefined ? [] : [['repository', more.repository] as const];
  const identities = [['email', email] as const, ...repository];
  await seedEntry(sql, log, {
    index: next++,
    at,
    trust: more.trust ?? 'trusted',
    identities,
    claims: more.claims ?? {},
  });
  return next - 1;
}

// Twenty working days at ten and eleven, once at three in the night, once from a repository that is new.
for (let ago = 40; ago > 20; ago--) {
  await sign('jane@example.com', when(ago, 10), { repository: 'github.com/acme/app' });
  await sign('jane@example.com', when(ago, 11), { repository: 'github.com/acme/app' });
}
const atNight = await sign('jane@example.com', when(10, 3, 14), { repository: 'github.com/acme/app' });
const elsewhere = await sign('jane@example.com', when(5, 10, 59), {
  repository: `github.com/evil/${hostile}`,
});
await sign('jane@example.com', when(4, 4), { trust: 'untrusted' });
await sign('once@example.com', when(2, 23, 59));
await sign('past@example.com', when(120, 12));
for (let minute = 0; minute < 12; minute++) await sign('busy@example.com', when(3, 14, minute));
const acme = { repository: 'github.com/acme/tool' };
const built = (file: string, trigger: string, ref: string) => ({
  buildConfigUri: `https://github.com/acme/tool/.github/workflows/${file}@${ref}`,
  buildTrigger: trigger,
  sourceRepositoryRef: ref,
});
for (let ago = 9; ago > 6; ago--)
  await sign('ci@example.com', when(ago, 10), {
    ...acme,
    claims: built('release.yml', 'push', 'refs/heads/main'),
  });
const strange = await sign('ci@example.com', when(2, 10), {
  ...acme,
  claims: built('evil.yml', 'pull_request_target', 'refs/heads/\u202ex'),
});

async function open(path: string, options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url, ...options });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

it('says in words what is unusual, and why, and leads to it', async () => {
  const page = await open('/i/jane@example.com');
  const unusual = page.getByRole('list', { name: 'Unusual, newest first' }).getByRole('listitem');
  expect(await unusual.count()).toBe(2);
  expect(await unusual.nth(0).innerText()).toContain('first from github.com/evil/');
  expect(await unusual.nth(1).innerText()).toMatch(/, 03:00\s+outside the usual hours/);
  const targets = await unusual
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(targets).toEqual([`/e/rekor/${elsewhere}`, `/e/rekor/${atNight}`]);
  expect(await page.locator('main').innerText()).toContain('09:00 to 13:00');
});

it('rings the unusual marks alone, and never marks a forgery attempt', async () => {
  const page = await open('/i/jane@example.com');
  expect(await page.locator('.rhythm-wide .ring').count()).toBe(2);
  const d = await page.locator('.rhythm-wide .mark-hour').getAttribute('d');
  expect(d?.match(/M/g)?.length).toBe(42);
});

it('rings a first workflow and a first trigger, and says so beside the signature too', async () => {
  const page = await open('/i/github.com%2Facme%2Ftool');
  const words = 'first by evil.yml, first by pull_request_target';
  const unusual = page.getByRole('list', { name: 'Unusual, newest first' }).getByRole('listitem');
  expect(await unusual.allInnerTexts()).toEqual([expect.stringContaining(words)]);
  expect(await page.locator('.rhythm-few .ring').count()).toBe(1);
  const rows = page.getByRole('region', { name: 'Signatures, newest first' }).locator('.group .entry-row');
  const row = rows.filter({ has: page.locator(`a[href="/e/rekor/${strange}"]`) });
  expect(await row.innerText()).toContain(words);
  expect(await rows.last().innerText()).toContain('refs/heads/main · release.yml · push');
  expect(await rows.locator('.odd').count()).toBe(1);
  const jane = await open('/i/jane@example.com');
  const odd = jane.locator('.group .odd');
  expect(await odd.allInnerTexts()).toEqual([
    expect.stringContaining('first from github.com/evil/'),
    'outside the usual hours',
  ]);
});

it('has the same as a table, without script', async () => {
  const page = await open('/i/jane@example.com');
  await page.getByText('The same as a table').click();
  const rows = page.getByRole('region', { name: 'Rhythm as a table' }).locator('tbody tr');
  expect(await rows.count()).toBe(22);
  expect(await rows.nth(1).innerText()).toMatch(/03:00 \(1\)\s+03:00 outside the usual hours/);
});

it('shows a stranger’s repository as inert text', async () => {
  const page = await open('/i/jane@example.com');
  const html = await page.content();
  expect(html).not.toContain('<script');
  expect(html).not.toContain('\u202e');
});

it('claims no habit of one signature, and no rhythm of none', async () => {
  const once = await open('/i/once@example.com');
  expect(await once.locator('.rhythm-few .mark-hour').count()).toBe(1);
  expect(await once.locator('.rhythm-few .few-date').textContent()).toMatch(/^\d+ \w{3,4}, 23:00$/);
  expect(await once.locator('main').innerText()).toContain('1 day with signatures is too few');
  expect(await once.locator('.ring').count()).toBe(0);
  const past = await open('/i/past@example.com');
  expect(await past.locator('.rhythm').count()).toBe(0);
  expect(await past.locator('main').innerText()).toContain('Not one signature in the last 90 days');
  const nobody = await open('/i/nobody@example.com');
  expect(await nobody.getByText('Rhythm, 90 days').count()).toBe(0);
});

it('says how often it signed in an hour', async () => {
  const page = await open('/i/busy@example.com');
  await page.getByText('The same as a table').click();
  expect(await page.getByRole('cell', { name: '14:00 (12)' }).count()).toBe(1);
});

it('is accessible and fits', async () => {
  await expectAccessible(browser, web.url, [
    '/i/jane@example.com',
    '/i/once@example.com',
    '/i/past@example.com',
  ]);
});

it('finds the hours of a name that signs all day without reading all it signed', async () => {
  await sql`
    INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, trust, issuer, not_before, claims, seen_at)
    SELECT 'rekor', 1000000 + n, '\\x00', 'hashedrekord', 'trusted', 'x', at, '{}', at
    FROM generate_series(1, 60000) n, LATERAL (SELECT ${new Date(today - 60 * day)}::timestamptz + n * interval '1 minute' AS at) t`;
  await sql`
    INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
    SELECT log_id, entry_index, 'email', 'robot@example.com', seen_at, monitor_name_id('robot@example.com', 'rekor', 'trusted', 'x', '', '')
    FROM monitor_entry WHERE entry_index > 1000000`;
  await sql`
    INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index, first_seen_at, last_seen_at)
    SELECT monitor_name_id('robot@example.com', 'rekor', 'trusted', 'x', '', ''), 'email', 'robot@example.com', 'rekor', 'trusted', 'x', '', count(*),
      min(entry_index), max(entry_index), min(seen_at), max(seen_at)
    FROM monitor_entry WHERE entry_index > 1000000`;
  await keepHours(sql);
  // As autovacuum does in an instance that runs: plans rest on what the tables hold.
  await sql`ANALYZE monitor_entry, monitor_identity, monitor_name, monitor_hour`;
  const page = await open('/i/robot@example.com');
  const d = await page.locator('.rhythm-wide .mark-hour').getAttribute('d');
  // 60,000 minutes are 1,000 hours; the last may have begun only.
  expect(d?.match(/M/g)?.length).toBeGreaterThanOrEqual(1000);
  expect(await page.locator('main').innerText()).toContain('around the clock');
});
