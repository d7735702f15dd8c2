/** Reading entry bundles (c2sp.org/tlog-tiles): framed records, one behind the other. */
import type { BundleCodec } from './entry.ts';

/** How many bytes the first `count` records take; throws when they are not all there. */
export function lengthOfRecords(codec: BundleCodec, bundle: Uint8Array, count: number): number {
  let at = 0;
  for (let seen = 0; seen < count; seen++) at = codec.end(bundle, at);
  return at;
}

/** The first `count` records, framing off, as views; throws when they are not all there. */
export function splitBundle(codec: BundleCodec, bundle: Uint8Array, count: number): Uint8Array[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    const end = codec.end(bundle, at);
    const record = codec.unframe(bundle.subarray(at, end));
    at = end;
    return record;
  });
}
