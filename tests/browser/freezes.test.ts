/** The page of freezes, without script, beside a real authority that then goes away. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAskedCa } from '#tests/harness/asked-ca.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { signedInPage } from './signed-in.ts';
import { startWeb } from './web.ts';

const own = 'ada@example.com';
const bench = await startAskedCa();
const { sql, url } = bench.database;
const web = await startWeb(url, { DATA_DIR: bench.ca.dataDir, CA_URL: bench.ca.url });
const browser = await launchBrowser();
let page: Page;

beforeAll(async () => {
  page = await signedInPage({ sql, browser, url: web.url }, own);
});
afterAll(() => browser.close());

const name = () => page.getByLabel('E-mail address, repository or URI');
const freezeIt = () => page.getByRole('button', { name: 'Freeze it' }).click();
const main = async () => (await page.locator('main').innerText()).replace(/\s+/g, ' ');

it('freezes an address whose mailed code was typed, with no proof to press first, and lifts it', async () => {
  expect((await bench.ask({})).status).toBe(200);
  await page.goto(`/freezes?identity=${own}`);
  expect(await page.getByRole('alert').count()).toBe(0);
  await freezeIt();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await main()).toContain(`Frozen ${own}`);
  expect(await main()).not.toContain('“”');
  const proofs = await sql`SELECT value, method FROM account_ownership WHERE proven_at IS NOT NULL`;
  expect([...proofs]).toEqual([{ value: own, method: 'code' }]);
  await bench.expectRefusal({}, 403, 'IDENTITY_FROZEN');
  await page.getByRole('button', { name: 'Lift it' }).click();
  expect(await main()).toContain(`Lifted ${own}`);
  expect((await bench.ask({})).status).toBe(200);
});

it('leads from the address of another to its proof, and freezes nothing', async () => {
  await page.goto('/freezes');
  await name().fill('joe@example.com');
  await freezeIt();
  expect(await page.getByRole('alert').innerText()).toContain('Prove joe@example.com');
  expect(await name().inputValue()).toBe('joe@example.com');
  expect(await main()).not.toContain('Frozen joe@example.com');
});

it('says at the place when the authority is away, and loses nothing', async () => {
  await name().fill(own);
  await freezeIt();
  expect(await main()).toContain(`Frozen ${own}`);
  await bench.close();
  await page.getByRole('button', { name: 'Lift it' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('it is frozen as before');
  expect(await main()).toContain(`Frozen ${own}`);
  await name().fill(own);
  await page.getByLabel('Why').fill('laptop stolen');
  await freezeIt();
  expect(await page.getByRole('alert').innerText()).toContain('authority could not be reached');
  expect(await page.getByLabel('Why').inputValue()).toBe('laptop stolen');
});
