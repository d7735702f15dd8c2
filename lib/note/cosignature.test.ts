import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { cosignatureKeyId, cosignatureSigner, cosignatureTime, cosignatureVerifier } from './cosignature.ts';
import { openNote, signNote, type NoteSigner } from './signed-note.ts';
import { formatVerifierKey, parseVerifierKey } from './verifier-key.ts';

const text = 'log.example\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })).subarray(-32);
const name = 'witness.example/w1';
const witness = {
  name,
  key,
  sign: (message: Uint8Array) => Uint8Array.from(sign(null, message, privateKey)),
};
const now = 1_800_000_000n;

describe('cosignature', () => {
  it('signs the header, the time and the whole text of the note, as the specification lays them out', () => {
    const signed: Uint8Array[] = [];
    const recording = {
      ...witness,
      sign: (message: Uint8Array) => (signed.push(message), new Uint8Array(64)),
    };
    cosignatureSigner(recording, 1679315147n).sign(utf8('example.com/behind-the-sofa\n20852163\nCsU=\n'));
    expect(signed).toEqual([
      utf8('cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsU=\n'),
    ]);
  });

  it('opens with the key of the witness, which a verifier key names by another id than a signing key', () => {
    const note = signNote(text, [cosignatureSigner(witness, now)]);
    expect(openNote(note, [cosignatureVerifier(witness, now)]).verifiedBy).toHaveLength(1);
    const vkey = formatVerifierKey({ name, keyId: cosignatureKeyId(witness), type: 'cosignature', key });
    expect(parseVerifierKey(vkey)).toMatchObject({ type: 'cosignature', name });
  });

  it('does not verify for another text, at another time, or from the future', () => {
    const verifier = cosignatureVerifier(witness, now);
    const bytes = cosignatureSigner(witness, now).sign(utf8(text));
    expect(verifier.verify(utf8(text), bytes)).toBe(true);
    expect(verifier.verify(utf8(text.replace('7', '8')), bytes)).toBe(false);
    expect(cosignatureVerifier(witness, now - 1n).verify(utf8(text), bytes)).toBe(false);
    const earlier = Uint8Array.from(bytes);
    earlier[7] = (earlier[7] ?? 0) - 1;
    expect(verifier.verify(utf8(text), earlier)).toBe(false);
  });

  it('is refused at time zero and past 2^63, also when signed so', () => {
    const zero = new Uint8Array(72);
    expect(cosignatureTime(zero)).toBeUndefined();
    expect(cosignatureTime(zero.fill(255))).toBeUndefined();
    expect(cosignatureTime(new Uint8Array(71))).toBeUndefined();
    expect(() => cosignatureSigner(witness, 0n)).toThrow(RangeError);
  });

  it('is not mistaken for a plain signature by the same key', () => {
    const plain: NoteSigner = { name, keyId: cosignatureKeyId(witness), sign: witness.sign };
    expect(() => openNote(signNote(text, [plain]), [cosignatureVerifier(witness, now)])).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
  });
});
