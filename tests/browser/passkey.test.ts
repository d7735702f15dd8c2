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

/** A real Chromium with an authenticator that says yes. */
async function withAuthenticator(): Promise<{
  page: Page;

  credentials: () => Promise<Credential[]>;
}> {
  const context = await browser.newContext({ baseURL: web.url });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId: authenticator } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const credentials = async () =>
    (await devtools.send('WebAuthn.getCredentials', { authenticatorId: authenticator })).credentials;
  return { page, credentials };
}

type Credential = { credentialId: string; signCount: number };

async function signInByCode(page: Page, address: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Your e-mail address').fill(address);
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await page.getByRole('heading', { name: 'Type your code' }).waitFor();
  await page.getByLabel('Code').fill(await new Person(web.url, sql).codeMailedTo(address));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: address }).waitFor();
}

it('adds a passkey, signs in with it, and no longer once it is removed', async () => {
  const { page, credentials } = await withAuthenticator();
  await signInByCode(page, 'passkey@example.com');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).waitFor();
  expect(await credentials()).toHaveLength(1);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in?next=%2Fteam');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { name: 'Your teams' }).waitFor();
  const [kept] = await sql<{ counter: bigint; used: boolean }[]>`
    SELECT counter, used_at IS NOT NULL AS used FROM account_passkey`;
  expect(kept).toMatchObject({ used: true });
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('That passkey did not sign in').waitFor();
  await page.context().close();
});

it('an answer is taken once among a hundred', async () => {
  const { page } = await withAuthenticator();
  await signInByCode(page, 'replay@example.com');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in');
  let sent = '';
  await page.route('**/sign-in/passkey', async (route) => {
    const body = route.request().postData() ?? '';
    if (!body.includes('finish')) return route.continue();
    sent = body;
    return route.abort();
  });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('No passkey was used').waitFor();
  const finish = () =>
    fetch(`${web.url}/sign-in/passkey`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
  const answers = await Promise.all(Array.from({ length: 100 }, finish));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await page.context().close();
});
