import { expect, it } from 'vitest';
import { actSentence } from './act-sentence.ts';
import { acts } from './audit.ts';

const read = (act: string, detail: object = {}, of: string | null = null) =>
  actSentence(act, detail as Record<string, unknown>, of).join('');

it('says whom and as what, as far as that is known', () => {
  expect(actSentence('member.invited', { role: 'responder' }, 'omar@example.com')).toEqual([
    'invited ',
    'omar@example.com',
    ' as responder',
  ]);
  expect(read('member.invited', { role: 'responder' })).toBe('invited somebody as responder');
  expect(read('member.changed', { role: 'owner' }, 'Omar')).toBe('made Omar an owner');
  expect(read('alert.answered', { answer: 'mine', alerts: 3 }, 'github.com/acme/app')).toBe(
    'answered 3 alerts of github.com/acme/app: this was me',
  );
  expect(read('key.made', { scopes: 'alerts:read watches:read' }, 'ci')).toBe(
    'made the API key ci for alerts:read, watches:read',
  );
});

it('is whole without a name and without details', () => {
  for (const act of Object.keys(acts)) expect(read(act), act).not.toMatch(/undefined|null|\{|\}|\0| {2}|^ /);
});

it('keeps a name that looks like one of its own marks', () => {
  expect(actSentence('watch.added', {}, '{x}')).toEqual(['began to watch ', '{x}', '']);
});
