import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyTypeOf } from './key-type.ts';

const spkiOf = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) =>
  Uint8Array.from((key as never as { export(o: object): Buffer }).export({ format: 'der', type: 'spki' }));
const ec = (namedCurve: string) => spkiOf(generateKeyPairSync('ec', { namedCurve }).publicKey as never);

it.each([
  ['ECDSA P-256', ec('P-256')],
  ['ECDSA P-384', ec('P-384')],
  ['ECDSA P-521', ec('P-521')],
  ['Ed25519', spkiOf(generateKeyPairSync('ed25519').publicKey as never)],
  ['RSA 2048', spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey as never)],
  ['RSA 3072', spkiOf(generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey as never)],
  [undefined, ec('secp256k1')],
  [undefined, new Uint8Array()],
])('knows %s', (name, spki) => {
  expect(keyTypeOf(spki)).toBe(name);
});
