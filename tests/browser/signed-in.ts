/** A page of somebody who is signed in, by default without script. */
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { openSession } from '#app/account/session.ts';
import { userOfAddress } from '#app/account/user.ts';
import { readConfig } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';

interface Place {
  readonly sql: Sql;
  readonly browser: Browser;
  /** Where the web process answers. */
  readonly url: string;
}

export async function signedInPage(
  { sql, browser, url }: Place,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const config = readConfig({ NODE_ENV: 'test', WEB_URL: url });
  const cookie = await sql.begin(async (transaction) => {
    const userId = await userOfAddress(transaction, address);
    return openSession(transaction, config, { userId, method: 'code', agent: 'test' });
  });
  const [pair = ''] = cookie.split(';');
  const [name = '', value = ''] = pair.split('=');
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: url, ...options });
  await context.addCookies([{ name, value, url: url.replace('http:', 'https:') }]);
  return context.newPage();
}
