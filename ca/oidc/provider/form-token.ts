/** A form carries a token for its interaction and purpose, so that another site cannot post it (with SameSite cookies, a second lock). */
import { createHmac, timingSafeEqual } from 'node:crypto';

export function formToken(secret: Uint8Array, interaction: string): string {
  return createHmac('sha256', secret).update(interaction).digest('base64url');
}

export function isFormToken(secret: Uint8Array, interaction: string, given: string): boolean {
  const expected = Buffer.from(formToken(secret, interaction));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
