/**
 * The press that confirms a watch leads back to its page, which from then on says to everybody else that the link is spent.
 * This browser alone is shown the watch, for a short while, and by a cookie: what stops a watch stays out of the address bar.
 */
import type { Config } from '#lib/server/config.ts';
import { hostCookie, readCookie } from '../../account/session.ts';

const lastsMinutes = 10;
const bare = 'confirmed';

/** The value of Set-Cookie. */
export function writeConfirmed({ web }: Pick<Config, 'web'>, stopToken: string): string {
  const { name, attributes } = hostCookie(web.url, bare);
  return `${name}=${stopToken}; ${attributes}; Max-Age=${lastsMinutes * 60}`;
}

export function readConfirmed({ web }: Pick<Config, 'web'>, cookies: string | null): string | undefined {
  return readCookie(cookies, hostCookie(web.url, bare).name);
}
