import { expect, it } from 'vitest';
import { nextPath } from './next-path.ts';

it.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https:evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/.//evil.example',
  '/a\r\nx: y',
  'settings',
  '',
  undefined,
  ['/a', '/b'],
])('%j leads nowhere but to the settings', (text) => {
  expect(nextPath(text)).toBe('/settings');
});

it.each(['/settings', '/team/1?x=%2F', '/i/jane@example.com'])('%s is a page here', (text) => {
  expect(nextPath(text)).toBe(text);
});
