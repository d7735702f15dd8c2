import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  packSubmissions,
  packVerdicts,
  unpackSubmissions,
  unpackVerdicts,
  type Verdict,
} from './submissions.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const accepted = fc
  .record({ identity: hash, leafHash: hash, record: fc.uint8Array({ maxLength: 2000 }) })
  .map((entry): Verdict => ({ outcome: 'accepted', entry }));
const refused = fc.record({
  outcome: fc.constantFrom('fault' as const, 'broken' as const),
  reason: fc.string({ unit: 'grapheme' }),
});

it('brings every submission over as it was, in order', () => {
  const submission = fc.record({
    kind: fc.constant('rekor-v2' as const),
    body: fc.uint8Array({ maxLength: 2000 }),
  });
  fc.assert(
    fc.property(fc.array(submission), (all) => {
      expect(unpackSubmissions(packSubmissions(all))).toEqual(all);
    }),
  );
});

it('brings every verdict back as it was, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(accepted, refused)), (all) => {
      expect(unpackVerdicts(packVerdicts(all))).toEqual(all);
    }),
  );
});
