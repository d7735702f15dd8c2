import { expect, it } from 'vitest';
import { atomFeed, jsonFeed } from './feed.ts';

const hostile = '</title><script>alert(1)</script>\u202e\u0000]]>&"';
const item = { url: 'https://s.example/e/rekor/1', title: hostile, text: hostile, at: new Date(5000) };
const feed = {
  title: hostile,
  pageUrl: 'https://s.example/i/x',
  feedUrl: 'https://s.example/i/x/feed.atom',
  since: new Date(0),
  items: [item],
};

it('escapes what strangers wrote, in Atom and in JSON Feed', () => {
  expect(atomFeed(feed)).not.toMatch(/<script|<\/title>.*<\/title>.*<updated|\u202e|&"/);
  expect(atomFeed(feed)).not.toContain(String.fromCodePoint(0));
  expect(atomFeed(feed).match(/&lt;script&gt;/g)).toHaveLength(3);
  expect(jsonFeed(feed)).not.toMatch(/\u202e|\\u202e"|\\u0000/);
});

it('says when it last changed, or since when it is empty', () => {
  expect(atomFeed(feed)).toContain('<updated>1970-01-01T00:00:05.000Z</updated>');
  expect(atomFeed({ ...feed, items: [] })).toContain('<updated>1970-01-01T00:00:00.000Z</updated>');
});

it('keeps the pieces of names that run from right to left where they stand', () => {
  const name = 'git.example/\u05d0\u05d1/\u05d2\u05d3 (3)';
  const kept = 'git.example/\u2068\u05d0\u05d1\u2069/\u2068\u05d2\u05d3\u2069 (3)';
  const of = { ...feed, items: [{ ...item, title: name, text: name }] };
  expect(atomFeed(of).split(kept)).toHaveLength(3);
  expect(jsonFeed(of).split(kept)).toHaveLength(3);
});
