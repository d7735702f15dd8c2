import { expect, it } from 'vitest';
import { matchesText, type TextPattern } from './text-pattern.ts';

const glob = (text: string): TextPattern => ({ kind: 'glob', glob: text });
const domain = (text: string): TextPattern => ({ kind: 'email-domain', domain: text });
const exact = (text: string): TextPattern => ({ kind: 'exact', text });

it.each<[TextPattern, string, boolean]>([
  [exact('a.b'), 'a.b', true],
  [exact('a.b'), 'aXb', false],
  [exact('a*'), 'ab', false],
  [exact('a'), 'A', false],
  [domain('example.com'), 'ann@Example.com', true],
  [domain('example.com'), 'ann@sub.example.com', false],
  [domain('example.com'), 'ann@example.com.evil.org', false],
  [domain('example.com'), 'x@evil.org@example.com', false],
  [domain('example.com'), 'https://evil@example.com', false],
  [domain('example.com'), '@example.com', false],
  [glob('a/*/c'), 'a/b/c', true],
  [glob('a/*/c'), 'a/b/b/c', false],
  [glob('a/**/c'), 'a/b/b/c', true],
  [glob('*'), '', true],
  [glob('a.b'), 'aXb', false],
  [glob('https://github.com/acme/*'), 'https://github.com/acme/app', true],
  [glob('https://github.com/acme/*'), 'xhttps://github.com/acme/app', false],
  [glob('https://github.com/acme/*'), 'https://github.com/acme/app/x', false],
  [glob('*a*b*c'), 'xxaxxbxxc', true],
  [glob('*a*b*c'), 'xxaxxcxxb', false],
])('%o on %s: %s', (pattern, text, expected) => {
  expect(matchesText(pattern, text)).toBe(expected);
});

it('takes no time for a pattern made to take long', () => {
  // Of the processor, not of the clock: others may be at work on this machine.
  const before = process.cpuUsage();
  expect(matchesText(glob(`${'*a'.repeat(400)}b`), 'a'.repeat(8000))).toBe(false);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
});
