/**
 * What a mailed link asks is done by the visit that opened its page. Programs try the links of mails, read pages and send
 * forms; so the forms of such a page carry a word that fits a cookie given with that very page, and one without the other
 * does nothing. The cookie is of one link, since a browser comes from the mail without it each time (SameSite=Strict) and is
 * given another, which must not undo the page of another mail in the next tab.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Sealing } from '#lib/server/sealing.ts';
import { readCookie } from './account/session.ts';
import { tokensOf } from './form.ts';

export interface Visit {
  /** Empty when this browser has not opened the page. */
  readonly word: string;
  /** Something was pressed without it. */
  readonly isAgain: boolean;
  /** The value of Set-Cookie that goes with the page. */
  readonly cookie?: string;
}

interface Asked {
  readonly url: string;
  readonly method: string | undefined;
  readonly cookies: string | undefined;
}

const lastsHours = 12;

/** Undefined for an address that holds no mailed secret. */
export function visitOf(
  { sealing, isHttps }: { readonly sealing: Pick<Sealing, 'mac'>; readonly isHttps: boolean },
  { url, method = 'GET', cookies = '' }: Asked,
): Visit | undefined {
  const query = url.slice(url.indexOf('?') + 1);
  const tokens = url.includes('?') ? tokensOf(new URLSearchParams(query).getAll('token')).toSorted() : [];
  if (tokens.length === 0) return undefined;
  const link = tokens.join(' ');
  const short = createHash('sha256').update(link).digest('hex').slice(0, 8);
  const name = `${isHttps ? '__Host-' : ''}visit-${short}`;
  const wordOf = (value: string) => sealing.mac(`visit ${link} ${value}`).slice(0, 32);
  const isAgain = new URLSearchParams(query).get('again') === 'yes';
  const held = readCookie(cookies, name);
  if (held !== undefined && /^[\w-]{22}$/.test(held)) return { word: wordOf(held), isAgain };
  if (method !== 'GET') return { word: '', isAgain };
  const value = randomBytes(16).toString('base64url');
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${lastsHours * 3600}${isHttps ? '; Secure' : ''}`;
  return { word: wordOf(value), isAgain, cookie: `${name}=${value}; ${attributes}` };
}

const again =
  'Nothing was changed: the button was not pressed on this page as this browser opened it. Press it once more. If you read this again, let this site set cookies.';

/**
 * React escapes `<` and `>` in texts and attributes, so these tags are our own. Undefined where nothing can be pressed. The
 * forms of the frame, which lead elsewhere, carry no word.
 */
export function withWord(html: string, { word, isAgain }: Visit): string | undefined {
  const posts = [...html.matchAll(/<form\b[^>]*\bmethod="post"[^>]*>/g)].map(([tag]) => tag);
  const own = posts.filter((tag) => !/ action="(?![^"]*[?;]token=)/.test(tag));
  if (own.length === 0) return undefined;
  const worded = [...new Set(own)].reduce(
    (text, tag) => text.replaceAll(tag, () => `${tag}<input type="hidden" name="word" value="${word}"/>`),
    html,
  );
  if (!isAgain) return worded;
  return worded.replace(own[0] ?? '', (tag) => `<p class="notice warn" role="alert">${again}</p>${tag}`);
}
