/** A witness as its policy line and its signature have it; it cosigns whatever it is asked to. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { cosignatureKeyId, cosignatureSigner } from '#lib/note/cosignature.ts';
import type { NoteSigner } from '#lib/note/signed-note.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';

export interface TestWitness {
  readonly vkey: string;
  readonly cosign: () => NoteSigner;
  /** Under its name and key, and wrong. */
  readonly cosignBadly: () => NoteSigner;
}

export function newWitness(name: string): TestWitness {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })).subarray(-32);
  const signer = (change: (signature: Uint8Array) => void) => () =>
    cosignatureSigner(
      {
        name,
        key,
        sign: (message: Uint8Array) => {
          const signature = new Uint8Array(sign(null, message, privateKey));
          change(signature);
          return signature;
        },
      },
      BigInt(Math.floor(Date.now() / 1000)),
    );
  const vkey = formatVerifierKey({ name, key, keyId: cosignatureKeyId({ name, key }), type: 'cosignature' });
  return {
    vkey,
    cosign: signer(() => undefined),
    cosignBadly: signer((signature) => (signature[10] = (signature[10] ?? 0) ^ 1)),
  };
}
