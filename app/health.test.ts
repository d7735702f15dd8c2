import { expect, it } from 'vitest';
import { verdict } from './health.ts';

const now = new Date('2026-01-01T00:00:00Z');
const own = (state: string) => ({ id: 'own', state, family: '' });
const foreign = (state: string) => ({ id: 'foreign', state, family: 'sigstore' });
const judged = (...logs: Parameters<typeof verdict>[0]['logs']) =>
  verdict({ lastSeen: now, canary: undefined, logs }, now);

it('serves while a log of others is in trouble, and says so', () => {
  expect(judged(own('following'), foreign('following'))).toEqual({ status: 'SERVING' });
  for (const state of ['unreachable', 'misbehaving', 'frozen', 'unwitnessed'])
    expect(judged(own('following'), foreign(state))).toEqual({
      status: 'SERVING',
      warnings: [`foreign is ${state}`],
    });
});

it('does not serve while a log of its own is in trouble', () => {
  expect(judged(own('misbehaving'), foreign('unreachable'))).toEqual({
    status: 'NOT_SERVING',
    reason: 'own is misbehaving',
    warnings: ['foreign is unreachable'],
  });
});
