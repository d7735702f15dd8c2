/** An entry of a log of two, with the proof that it is there: what evidence is written of. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { utf8 } from '#lib/encoding/bytes.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { auditTrail } from '#lib/verify/audit-trail.ts';

export function provenEntry(leaf: Uint8Array) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const log = { id: 'rekor2-0', kind: 'rekor-v2', origin: 'log.example', publicKey: spki };
  const [own, other] = [leafHash(leaf), leafHash(utf8('another'))];
  const root = nodeHash(own, other);
  const head = signNote(formatCheckpoint({ origin: log.origin, size: 2n, root }), [
    {
      name: log.origin,
      keyId: logIdOf(log.origin, spki).slice(0, 4),
      sign: (message) => new Uint8Array(sign(null, message, privateKey)),
    },
  ]);
  return {
    log,
    claim: { index: 0n, head, leafHash: own },
    proof: {
      outcome: 'proved' as const,
      head: { size: 2n, root, at: undefined, evidence: head },
      leaf,
      steps: auditTrail({ index: 0n, size: 2n, leafHash: own, proof: [other] }),
    },
  };
}
