/** Three witnesses with real keys, of whom a policy names the first two. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { utf8 } from '#lib/encoding/bytes.ts';
import { cosignatureKeyId, cosignatureSigner } from '#lib/note/cosignature.ts';
import { formatNote, parseNote } from '#lib/note/signed-note.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';

const witnesses = ['one.test', 'two.test', 'three.test'].map((name) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })).subarray(-32);
  return { name, key, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) };
});

/** The checkpoint, cosigned by some of them a minute ago; if bent, the last one's does not verify. */
export function cosigned(checkpoint: string, names: readonly string[], bent = false): Buffer {
  const time = BigInt(Math.floor(Date.now() / 1000) - 60);
  const { text, signatures } = parseNote(checkpoint);
  const lines = witnesses
    .filter(({ name }) => names.includes(name))
    .map((witness) => {
      const signer = cosignatureSigner(witness, time);
      return { name: signer.name, keyId: signer.keyId, signature: signer.sign(utf8(text)) };
    });
  const last = lines.at(-1)?.signature;
  if (bent && last !== undefined) last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
  return Buffer.from(formatNote({ text, signatures: [...signatures, ...lines] }));
}

/** `quorum`: both, or either. */
export function witnessPolicy(quorum: string): string {
  const lines = witnesses.slice(0, 2).map(({ name, key }, at) => {
    const keyId = cosignatureKeyId({ name, key });
    return `witness w${at} ${formatVerifierKey({ name, keyId, type: 'cosignature', key })}`;
  });
  const groups = quorum === 'both' ? 'group both all w0 w1' : 'group either any w0 w1';
  return [...lines, groups, `quorum ${quorum}`, ''].join('\n');
}
