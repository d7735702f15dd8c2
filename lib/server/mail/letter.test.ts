import { expect, it } from 'vitest';
import { visibleText } from '../../encoding/visible-text.ts';
import { renderLetter, type Letter } from './letter.tsx';

const letter: Letter = {
  preheader: 'First signature from this issuer',
  heading: 'A file was signed as dev@example.com',
  blocks: [
    { kind: 'paragraph', text: 'On 23 Nov 2026 a file was signed.' },
    { kind: 'facts', rows: [{ label: 'Issuer', value: 'https://accounts.example.com' }] },
    {
      kind: 'buttons',
      buttons: [
        { label: 'This was me', url: 'https://watch.example/alert/1/mine?token=a&b=c' },
        { label: 'This wasn’t me', url: 'https://watch.example/alert/1/not-mine?token=a' },
      ],
    },
    { kind: 'link', label: 'Not sure: show details', url: 'https://watch.example/alert/1?token=a' },
    { kind: 'code', code: '482913' },
    {
      kind: 'small',
      text: 'You watch this address.',
      links: [{ label: 'Stop', url: 'https://watch.example/stop' }],
    },
  ],
};

/** What a reader of the HTML part reads. */
function words(html: string): string {
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<div style="display:none.*?<\/div>/s, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

it('says the same in text and in HTML, and links to the same places', async () => {
  const { text, html } = await renderLetter(letter);
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => (url ?? '').replaceAll('&amp;', '&'));
  expect([...text.matchAll(/https:\/\/watch\S+/g)].map(([url]) => url)).toEqual(links);
  const textWords = links.reduce((rest, url) => rest.replace(`:\n${url}`, ''), text).replace(/:|\s+/g, ' ');
  expect(words(html).replace(/:|\s+/g, ' ').replace(/\s+/g, ' ')).toBe(textWords.replace(/\s+/g, ' ').trim());
});

it('loads nothing from elsewhere and knows light and dark', async () => {
  const { html } = await renderLetter(letter);
  expect(html).not.toMatch(/<img|src=|url\(|@import|@font-face|<script/i);
  expect(html).toContain('prefers-color-scheme: dark');
});

it('shows what a stranger wrote as inert text', async () => {
  const hostile = [
    '<script>alert(1)</script>',
    '[click](https://evil.example)',
    'evil.example/login',
    'javascript:alert(1)',
    'a\u202Ecba',
    'x\r\nBcc: victim@example.com',
    '\u001B[2J',
  ];
  const rows = hostile.map((value, at) => ({ label: `Field ${at}`, value }));
  const { text, html } = await renderLetter({
    preheader: hostile[0] ?? '',
    heading: 'h',
    blocks: [{ kind: 'facts', rows }],
  });
  expect(html).not.toMatch(/<script|<a |href=/);
  expect((text + html).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text.split('\n').filter((line) => line !== '')).toHaveLength(1 + hostile.length);
});

it('shows what a sentence quotes once escaped', async () => {
  const quoted = visibleText('release\u202Elmy');
  const value = `Started by ${quoted}.`;
  const { text, html } = await renderLetter({
    preheader: quoted,
    heading: quoted,
    blocks: [
      { kind: 'paragraph', text: value },
      { kind: 'facts', rows: [{ label: quoted, value, isOurs: true }] },
      { kind: 'facts', rows: [{ label: 'Raw', value: 'release\u202Elmy' }] },
    ],
  });
  expect(text.match(/release\\u\{202e\}lmy/g)).toHaveLength(5);
  expect(text + html).not.toContain('{5c}');
});

it('refuses to render a link that is not a web address', async () => {
  const blocks = [{ kind: 'link', label: 'x', url: 'javascript:alert(1)' }] as const;
  await expect(renderLetter({ preheader: '', heading: '', blocks })).rejects.toThrow(TypeError);
});
