import { expect, it } from 'vitest';
import { visitOf, withWord } from './visit.ts';

const sealing = { mac: (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0') };
const url = `/alert/1/mine?token=${'t'.repeat(43)}`;
const visit = (
  isHttps: boolean,
  asked: { url?: string; method?: string; cookies?: string | undefined } = {},
) => visitOf({ sealing, isHttps }, { url, method: 'GET', cookies: undefined, ...asked });

it('gives the cookie to this very host and site alone, and over TLS to nothing less', () => {
  expect(visit(true)?.cookie).toMatch(
    /^__Host-visit-[0-9a-f]{8}=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
  );
  expect(visit(false)?.cookie).toMatch(
    /^visit-[0-9a-f]{8}=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict; Max/,
  );
});

it('knows no word for who brings no cookie, another link’s, or two', () => {
  const given = visit(true)?.cookie?.split(';')[0] ?? '';
  expect(visit(true, { cookies: given })?.cookie).toBeUndefined();
  expect(visit(true, { cookies: given, method: 'POST' })?.word).toMatch(/^[0-9a-f]{32}$/);
  for (const cookies of [undefined, `${given}; ${given}`, given.replace('__Host-', ''), given.slice(0, -1)])
    expect(visit(true, { cookies, method: 'POST' })?.word, cookies).toBe('');
  const other = url.replaceAll('t', 'u').replace('uoken', 'token');
  expect(visit(true, { url: other, cookies: given, method: 'POST' })?.word).toBe('');
  expect(visit(true, { url: '/alerts?since=token' })).toBeUndefined();
});

it('words the forms of the page, not those of the frame, and says why it is asked again', () => {
  const own = '<form method="post" class="stack">';
  const frame = '<form action="/theme" method="post">';
  const undo = '<form method="post" action="/alert/1/undo?token=t">';
  const html = `${frame}</form>${own}</form>${undo}</form><form method="get"></form>`;
  const hidden = '<input type="hidden" name="word" value="w"/>';
  expect(withWord(html, { word: 'w', isAgain: false })).toBe(
    `${frame}</form>${own}${hidden}</form>${undo}${hidden}</form><form method="get"></form>`,
  );
  expect(withWord(html, { word: 'w', isAgain: true })).toContain('Nothing was changed');
  expect(withWord(`${frame}</form>`, { word: 'w', isAgain: false })).toBeUndefined();
});
