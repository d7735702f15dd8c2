import { expect, it } from 'vitest';
import { backPath, readTheme, writeTheme } from './theme.ts';

it('reads back what it wrote, and forgets when told to', () => {
  expect(readTheme(writeTheme('dark', true))).toBe('dark');
  expect(readTheme(`other=1; ${writeTheme('light', false)}`)).toBe('light');
  expect(readTheme(writeTheme('device', true))).toBeUndefined();
});

it.each([null, '', 'sigwatch-theme=', 'sigwatch-theme="><script>', 'xsigwatch-theme=dark'])(
  'takes %j for no choice',
  (header) => expect(readTheme(header)).toBeUndefined(),
);

it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '', '/a\n/b'])(
  'does not lead to %j',
  (back) => expect(backPath(back)).toBe('/'),
);

it('leads back to the page and its query', () => {
  expect(backPath('/i/a@b.example?days=7')).toBe('/i/a@b.example?days=7');
});
