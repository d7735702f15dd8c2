/** A new key on its way to the one page that shows it: in the browser's own keeping, for two minutes, and nowhere else. */
import type { Config } from '#lib/server/config.ts';
import { hostCookie, readCookie } from '../account/session.ts';

const name = (config: Config) => hostCookie(config.web.url, 'sigwatch-new-key').name;

export function onceCookie(config: Config, key: string): string {
  return `${name(config)}=${key}; ${hostCookie(config.web.url, '').attributes}; Max-Age=120`;
}

export function shownOnce(config: Config, headers: Headers): string | undefined {
  const key = readCookie(headers.get('cookie'), name(config));
  return key !== undefined && /^swk_[A-Za-z0-9_-]{43}$/.test(key) ? key : undefined;
}
