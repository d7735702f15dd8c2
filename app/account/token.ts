/** Secrets that whoever holds them is known by. The database keeps their hash: a copy of it opens nothing. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';

export interface NewToken {
  readonly token: string;
  readonly hash: Buffer;
}

export function newToken(prefix = ''): NewToken {
  const token = `${prefix}${toBase64Url(randomBytes(32))}`;
  return { token, hash: hashOfToken(token) };
}

export function hashOfToken(token: string): Buffer {
  return Buffer.from(sha256(utf8(token)));
}
