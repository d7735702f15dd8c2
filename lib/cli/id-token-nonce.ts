import { z } from 'zod';

/** The nonce in an ID token, to tell whether it answers this very login (OpenID Connect Core §3.1.3.7). */
export function readIdTokenNonce(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return z.object({ nonce: z.string() }).safeParse(payload).data?.nonce;
  } catch {
    return undefined;
  }
}
