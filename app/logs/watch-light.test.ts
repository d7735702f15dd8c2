import { expect, it } from 'vitest';
import type { FollowedLog } from './store.ts';
import { lightOf } from './watch-light.ts';

const now = new Date('2026-11-23T12:00:00Z');
const good: FollowedLog = {
  id: 'a',
  kind: 'rekor-v2',
  name: 'a',
  url: 'https://log.example',
  origin: 'log.example',
  publicKey: new Uint8Array(),
  state: 'following',
  stateReason: null,
  downloadedSize: 5n,
  verifiedSize: 5n,
  verifiedRoot: null,
  verifiedCheckpoint: null,
  checkpointAt: now,
  verifiedAt: now,
  consistentSince: now,
  polledAt: now,
  unparsable: 0n,
  statedSize: 5n,
  startSize: 0n,
  toReread: 0n,
  behindFrom: null,
  behindSince: null,
  witnessPolicy: null,
};

it('counts only what was read, where reading began later', () => {
  expect(lightOf([good, { ...good, id: 'b', verifiedSize: 900n, startSize: 890n }], now).words).toContain(
    '15 entries in 2 logs verified',
  );
});

it('is good only when every log is, and somebody looked just now', () => {
  expect(lightOf([good, { ...good, id: 'b' }], now).tone).toBe('good');
  expect(lightOf([], now).tone).toBe('quiet');
  expect(lightOf([{ ...good, polledAt: new Date(now.getTime() - 600_000) }], now).tone).toBe('warn');
  const unseen = { ...good, name: 'b', polledAt: new Date(now.getTime() - 600_000) };
  expect(lightOf([good, unseen], now)).toMatchObject({
    tone: 'warn',
    words: expect.stringContaining('b: last'),
  });
  expect(lightOf([good, { ...good, state: 'unreachable' }], now).tone).toBe('warn');
  expect(
    lightOf(
      [
        { ...good, state: 'unreachable' },
        { ...good, state: 'misbehaving' },
      ],
      now,
    ).tone,
  ).toBe('bad');
  expect(lightOf([good, { ...good, state: 'a state of tomorrow' }], now).tone).toBe('warn');
  expect(lightOf([good, { ...good, state: 'retired' }], now).tone).toBe('good');
});
