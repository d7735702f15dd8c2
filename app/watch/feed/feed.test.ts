import { expect, it } from 'vitest';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { atomFeed, jsonFeed } from './feed.ts';

it('keeps the pieces of names that run from right to left where they stand', () => {
  const name = 'git.example/\u05d0\u05d1/\u05d2\u05d3';
  const kept = 'git.example/\u2068\u05d0\u05d1\u2069/\u2068\u05d2\u05d3\u2069';
  const at = new Date();
  const row = {
    id: '00000000-0000-4000-8000-000000000000',
    verdict: 'notable',
    reasons: [{ rule: 'watched-identity', words: `Signed as ${name}.` }],
    facts: signatureFacts({ identity: name }),
    createdAt: at,
    changedAt: at,
    count: 2,
  };
  const feed = { watched: name, webUrl: 'https://watch.example', rows: [row] };
  for (const text of [atomFeed(feed, row.id), jsonFeed(feed)]) {
    expect(text).toContain(`Not expected: ${kept}`);
    expect(text).toContain(`notable: ${kept} (2 signatures)`);
    expect(text).toContain(`Signed as ${kept}.`);
  }
});
