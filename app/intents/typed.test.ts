import { expect, it } from 'vitest';
import { readTyped } from './typed.ts';

const right = { repository: 'github.com/acme/app', digest: '', count: '', ref: '', workflow: '', hours: '2' };

it('names the field that is wrong, and no other', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(readTyped(right, now)).toEqual({
    repository: 'github.com/acme/app',
    until: '2026-11-23T14:00:00.000Z',
  });
  const wrong = {
    repository: 'not a repo',
    digest: 'zz',
    count: '-5',
    ref: 'a'.repeat(513),
    workflow: 'a'.repeat(513),
    hours: '9999',
  };
  for (const [field, text] of Object.entries(wrong))
    expect(readTyped({ ...right, [field]: text }, now), field).toHaveProperty('field', field);
  expect(readTyped({ ...right, digest: 'a'.repeat(64), count: '2' }, now)).toHaveProperty('field', 'count');
});
