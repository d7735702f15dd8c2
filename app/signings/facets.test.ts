import { expect, it } from 'vitest';
import { facetOf, narrowingQuery, readNarrowing } from './facets.ts';

const places = [
  { log: 'rekor', issuer: 'google', source: 'a/b', entries: 5 },
  { log: 'rekor', issuer: 'google', source: '', entries: 2 },
  { log: 'other', issuer: 'github', source: 'a/b', entries: 1 },
];

it('counts each value under the other choices, not under its own', () => {
  expect(facetOf('source', places, { issuer: 'google' })).toEqual([
    { value: 'a/b', entries: 5, chosen: false },
    { value: '', entries: 2, chosen: false },
  ]);
  expect(
    facetOf('issuer', places, { issuer: 'google' }).map(({ entries, chosen }) => [entries, chosen]),
  ).toEqual([
    [7, true],
    [1, false],
  ]);
});

it('keeps a choice that nothing meets, so that it can be taken back', () => {
  expect(facetOf('log', places, { log: 'gone' }).at(-1)).toEqual({ value: 'gone', entries: 0, chosen: true });
});

it('takes an empty source for one without a repository, and an empty word of a build for none', () => {
  const read = readNarrowing({ source: '', workflow: 'release.yml', trigger: '', ref: 'refs/tags/v1' });
  expect([read.source, read.workflow, read.trigger, read.ref]).toEqual([
    '',
    'release.yml',
    undefined,
    'refs/tags/v1',
  ]);
});

it('reads what it writes, and nothing else', () => {
  const chosen = { issuer: 'https://a?b&c', source: '', log: 'rekor', days: 30 };
  expect(readNarrowing(Object.fromEntries(new URLSearchParams(narrowingQuery(chosen))))).toEqual(chosen);
  const odd = readNarrowing({ issuer: ['a', 'b'], days: '31', log: 'x\0' });
  expect(narrowingQuery(odd)).toBe('');
});
