import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatEntryBundle, parseEntryBundle } from './tile.ts';
import { parseTilePath, tilePath } from './tile-path.ts';

it('spells the paths of c2sp.org/tlog-tiles', () => {
  expect(tilePath({ level: 0, index: 1234067n, width: 256 })).toBe('tile/0/x001/x234/067');
  expect(tilePath({ level: 'entries', index: 0n, width: 7 })).toBe('tile/entries/000.p/7');
  expect(tilePath({ level: 1, index: 273n, width: 112 })).toBe('tile/1/273.p/112');
});

it('reads back every path it spells', () => {
  const level = fc.oneof(fc.constant('entries' as const), fc.nat(63));
  const tile = fc.record({
    level,
    index: fc.bigInt(0n, 10n ** 19n),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (id) => {
      expect(parseTilePath(tilePath(id))).toEqual(id);
    }),
  );
});

it.each([
  'tile/0/0',
  'tile/0/1234',
  'tile/0/x000/001',
  'tile/0/001/002',
  'tile/64/000',
  'tile/00/000',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/01',
  'tile/0/000/',
  'tile/data/000',
  'tile/0/../000',
  '/tile/0/000',
  'tile/0/000\n',
])('refuses the path %j', (path) => {
  expect(parseTilePath(path)).toBeUndefined();
});

it('round-trips entry bundles, and refuses one that is cut off or too long', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (entries) => {
      const bundle = formatEntryBundle(entries);
      expect(parseEntryBundle(bundle, entries.length)).toEqual(entries);
      if (entries.length === 0) return;
      expect(() => parseEntryBundle(bundle.subarray(0, -1), entries.length)).toThrow(/cut off/);
      expect(() => parseEntryBundle(bundle, entries.length + 1)).toThrow(/cut off/);
      expect(() => parseEntryBundle(bundle, entries.length - 1)).toThrow(/behind its last/);
    }),
  );
  expect(() => formatEntryBundle([new Uint8Array(65_536)])).toThrow(/65,535/);
});
