/**
 * Ids that follow from what they name, so that doing a thing twice makes one row: UUIDv8 (RFC 9562 §5.8) out of the
 * SHA-256 of the parts, each with its length in front, so that no two lists of parts run together.
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, toHex, uintBytes, utf8 } from '#lib/encoding/bytes.ts';

export function deterministicId(...parts: readonly string[]): string {
  const bytes = sha256(concat(...parts.map(utf8).flatMap((part) => [uintBytes(part.length, 4), part]))).slice(
    0,
    16,
  );
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
