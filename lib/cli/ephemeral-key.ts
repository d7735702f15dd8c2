/** A P-256 key for one signature. It lives in this closure and goes with it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { SigningKey } from '#lib/sign/transport.ts';

export function ephemeralKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    algorithm: 'ECDSA P-256',
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: (message) => new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'der' })),
  };
}
