import { createPublicKey, hash, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { ephemeralKey } from './ephemeral-key.ts';

const message = new TextEncoder().encode('release 1');

it('signs a message, and the same message by its digest alone, as others verify', () => {
  const { spki, sign, signDigest } = ephemeralKey();
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const signatures = [sign(message), signDigest?.(hash('sha256', message, 'buffer'))] as Uint8Array[];
  expect(signatures.map((signature) => verify('sha256', message, key, signature))).toEqual([true, true]);
  expect(signatures.map((signature) => verify('sha256', Buffer.from('release 2'), key, signature))).toEqual([
    false,
    false,
  ]);
});

it('is another one each time', () => {
  expect(Buffer.from(ephemeralKey().spki)).not.toEqual(Buffer.from(ephemeralKey().spki));
});
