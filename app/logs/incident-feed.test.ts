import { expect, it } from 'vitest';
import { incidentFeed } from './incident-feed.ts';

const incident = {
  id: '0c0ffee0-0000-4000-8000-000000000000',
  logId: 'rekor',
  kind: 'fork',
  detail: '<script>alert(1)</script>',
  before: null,
  after: null,
  openedAt: new Date(1000),
  resolvedAt: null,
  hasEvidence: false,
};

it('has an item for each incident, that leads to it on the page', () => {
  const [item] = incidentFeed([incident], [{ id: 'rekor', name: 'Our log' }], 'https://s.example').items;
  expect(item).toMatchObject({
    url: `https://s.example/logs#${incident.id}`,
    title: 'The log Our log contradicts itself',
  });
});

it('changes an item when it is over, under the same id', () => {
  const over = { ...incident, resolvedAt: new Date(2000) };
  const [item] = incidentFeed([over], [], 'https://s.example').items;
  expect(item).toMatchObject({
    url: `https://s.example/logs#${incident.id}`,
    title: 'The log rekor contradicts itself, over',
  });
  expect(item?.at.getTime()).toBe(2000);
});
