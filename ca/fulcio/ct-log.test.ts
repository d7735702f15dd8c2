import { expect, it } from 'vitest';
import type { KnownLog } from '../trust-root/known-logs.ts';
import { openPath } from './ct-log.ts';

const at = (minutes: number): number => Date.UTC(2026, 0, 1, 0, minutes);
const ct = (path: string, start: number, end?: number): KnownLog => ({
  name: `ct${path}`,
  kind: 'ct',
  baseUrl: `http://log.example${path}`,
  origin: `log.example/ct${path}`,
  logId: path,
  publicKey: '',
  keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  validFor: {
    start: new Date(at(start)).toISOString(),
    ...(end === undefined ? {} : { end: new Date(at(end)).toISOString() }),
  },
});
const rotated = [ct('', 0, 90), ct('/ct-2', 60)];

it('uses a young shard a third of the overlap after its publication, or when the one before it is frozen', () => {
  const published = (logId: string): number => at(logId === '' ? 0 : 62);
  const paths = [61, 71, 72, 95].map((now) => openPath(rotated, published, at(now)));
  expect(paths).toEqual(['', '', '/ct-2', '/ct-2']);
});

it('does not use a shard that was not published, unless no other one is open', () => {
  expect([89, 90].map((now) => openPath(rotated, () => undefined, at(now)))).toEqual(['', '/ct-2']);
  expect(openPath([ct('', 0)], () => undefined, at(0))).toBe('');
});
