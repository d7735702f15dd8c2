import { expect, it } from 'vitest';
import { isLost, mayPass } from './opening.ts';
import { LeaseLostError } from './peers/lease.ts';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

it('what a lost database looks like is told from a disk that is full and from a fault of ours', () => {
  for (const code of ['ECONNREFUSED', 'CONNECTION_CLOSED', '57P03']) {
    expect(isLost(new Error('wrapped', { cause: withCode(code) }))).toBe(true);
    expect(mayPass(withCode(code))).toBe(true);
  }
  expect(isLost(new LeaseLostError('x'))).toBe(true);
  expect([mayPass(withCode('ENOSPC')), isLost(withCode('ENOSPC'))]).toEqual([true, false]);
  for (const error of [withCode('23505'), new TypeError('x'), undefined])
    expect([mayPass(error), isLost(error)]).toEqual([false, false]);
});
