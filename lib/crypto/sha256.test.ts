import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 as inBrowser } from './browser/sha256.ts';
import { sha256 as inNode } from './node/sha256.ts';

it('gives the same digest in Node and in a browser', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(inNode(bytes)).toEqual(inBrowser(bytes));
    }),
  );
});
