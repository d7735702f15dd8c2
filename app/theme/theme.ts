/** Day or night, where a reader chose one; kept in a cookie of this site, since pages must come in the right one at once. */
import { z } from 'zod';
import { longestPath } from '../longest-path.ts';

export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const themeCookie = 'sigwatch-theme';
const year = 365 * 86_400;

export const themeForm = z.object({
  theme: z.enum(['light', 'dark', 'device']),
  back: z.string().max(longestPath),
});

export function readTheme(cookieHeader: string | null | undefined): Theme | undefined {
  const [, value] = /(?:^|;\s*)sigwatch-theme=([a-z]+)(?:;|$)/.exec(cookieHeader ?? '') ?? [];
  return themes.find((theme) => theme === value);
}

/** `device` forgets the choice. */
export function writeTheme(theme: Theme | 'device', https: boolean): string {
  const age = theme === 'device' ? 0 : year;
  const value = theme === 'device' ? '' : theme;
  return `${themeCookie}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
}

/** Only ever back to a page of ours. */
export function backPath(back: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}
