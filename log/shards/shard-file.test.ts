import { expect, it } from 'vitest';
import { rotated, RotationError, type Shard } from './shard-file.ts';

const at = new Date('2026-12-01T00:00:00Z');
const first: Shard[] = [{ name: 'rekor-v2', url: 'https://log1.example.com' }];

it('adds a shard with a key and a name of its own, and freezes the one before it', () => {
  const second = rotated(first, 'https://log2.example.com', at);
  expect(second).toEqual([
    { name: 'rekor-v2', url: 'https://log1.example.com', freezeAt: '2026-12-01T00:00:00.000Z' },
    { name: 'rekor-v2-2', url: 'https://log2.example.com' },
  ]);
  expect(rotated(second, 'https://log3.example.com', at).map(({ name }) => name)).toEqual([
    'rekor-v2',
    'rekor-v2-2',
    'rekor-v2-3',
  ]);
});

it('refuses a hostname that a shard has already, whatever the port: two keys would have one name', () => {
  expect(() => rotated(first, 'https://log1.example.com:8443', at)).toThrow(RotationError);
  expect(() => rotated(first, 'http://LOG1.example.com', at)).toThrow(RotationError);
});
