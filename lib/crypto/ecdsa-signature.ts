/** Ecdsa-Sig-Value, RFC 3279 §2.2.3: SEQUENCE { r INTEGER, s INTEGER }, in strict DER. */
import { readUint } from '#lib/encoding/bytes.ts';
import { DerReader, readSingle, readUnsigned, tag } from '#lib/encoding/der-reader.ts';

/** Undefined unless both numbers are in 1..order-1 (SEC 1 §4.1.4 step 1). */
export function readEcdsaSignature(der: Uint8Array, order: bigint): { r: bigint; s: bigint } | undefined {
  try {
    const numbers = new DerReader(readSingle(der, tag.sequence).contents);
    const r = readUint(readUnsigned(numbers.next(tag.integer).contents));
    const s = readUint(readUnsigned(numbers.next(tag.integer).contents));
    numbers.end();
    return r > 0n && r < order && s > 0n && s < order ? { r, s } : undefined;
  } catch {
    return undefined;
  }
}
