import { describe, expect, it } from 'vitest';
import { kindOf, rotated, RotationError, type Shard } from './shard-file.ts';

const at = new Date('2020-12-01T00:00:00Z');
const frozen = at.toISOString();
const first: Shard[] = [
  { name: 'rekor-v2', url: 'https://log1.example.com' },
  { name: 'rekor-v1', url: 'https://log1.example.com' },
  { name: 'ct', url: 'https://log1.example.com' },
];

describe('a shard more', () => {
  it('has a key and a name of its own, and the one before it is frozen', () => {
    const second = rotated(first, 'rekor-v2', 'https://log2.example.com', at);
    expect(second).toEqual([
      { name: 'rekor-v2', url: 'https://log1.example.com', freezeAt: frozen },
      ...first.slice(1),
      { name: 'rekor-v2-2', url: 'https://log2.example.com' },
    ]);
    const third = rotated(second, 'rekor-v2', 'https://log3.example.com', at);
    expect(third.at(-1)?.name).toBe('rekor-v2-3');
    expect(third.filter(({ freezeAt }) => freezeAt === undefined)).toHaveLength(3);
  });

  it('of a Rekor v1 log stays at its address, of a CT log gets a path below it', () => {
    const all = rotated(rotated(first, 'rekor-v1', undefined, at), 'ct', undefined, at);
    expect(all.slice(1)).toEqual([
      { name: 'rekor-v1', url: 'https://log1.example.com', freezeAt: frozen },
      { name: 'ct', url: 'https://log1.example.com', freezeAt: frozen },
      { name: 'rekor-v1-2', url: 'https://log1.example.com' },
      { name: 'ct-2', url: 'https://log1.example.com/ct-2' },
    ]);
    expect(all.map(kindOf)).toEqual(['rekor-v2', 'rekor-v1', 'ct', 'rekor-v1', 'ct']);
  });
});

describe('refused is', () => {
  it('a hostname that a shard has already, whatever the port: two keys would have one name', () => {
    for (const url of ['https://log1.example.com:8443', 'http://LOG1.example.com'])
      expect(() => rotated(first, 'rekor-v2', url, at)).toThrow(RotationError);
  });

  it('an address with a path: shards are told apart by their hosts', () => {
    expect(() => rotated(first, 'rekor-v2', 'https://log2.example.com/two', at)).toThrow(/without a path/);
  });

  it('a name where none is chosen, and none where one must be', () => {
    expect(() => rotated(first, 'ct', 'https://log2.example.com', at)).toThrow(RotationError);
    expect(() => rotated(first, 'rekor-v2', undefined, at)).toThrow(RotationError);
  });

  it('a rotation while the one before it is not over: two trees would be open besides the newest', () => {
    const later = rotated(first, 'rekor-v1', undefined, new Date(Date.now() + 60_000));
    expect(() => rotated(later, 'rekor-v1', undefined, at)).toThrow(/is not over/);
  });
});
