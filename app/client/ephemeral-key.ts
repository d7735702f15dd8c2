/** A P-256 key of this page for one signature: the browser keeps its private half to itself and forgets it with the page. */
import { sequence, unsigned } from '#lib/encoding/der-writer.ts';
import type { SigningKey } from '#lib/sign/transport.ts';

export async function ephemeralKey(): Promise<SigningKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  return {
    algorithm: 'ECDSA P-256',
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)),
    async sign(message) {
      const scheme = { name: 'ECDSA', hash: 'SHA-256' };
      const pair = new Uint8Array(await crypto.subtle.sign(scheme, privateKey, new Uint8Array(message)));
      // Browsers give r and s side by side (IEEE P1363); everybody else wants Ecdsa-Sig-Value.
      return sequence(unsigned(pair.subarray(0, 32)), unsigned(pair.subarray(32)));
    },
  };
}
