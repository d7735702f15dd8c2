/** Numbers that a stranger chose: JSON readers take them for doubles, which hold whole numbers up to 2^53 alone. */
import * as z from 'zod';

export const exactNumber = z
  .union([z.int().min(0), z.string().regex(/^[1-9]\d{15,19}$/)])
  .describe('From 2^53 on in decimal digits as a string.');

export function exact(value: bigint): z.infer<typeof exactNumber> {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
