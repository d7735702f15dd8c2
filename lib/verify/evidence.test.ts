import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { toBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { auditTrail } from './audit-trail.ts';
import { verifyEvidence, writeEvidence } from './evidence.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
const log = { id: 'rekor2-0', kind: 'rekor-v2', origin: 'log.example', publicKey: spki };
const leaf = utf8('the entry');
const [own, other] = [leafHash(leaf), leafHash(utf8('another'))];
const root = nodeHash(own, other);
const head = signNote(formatCheckpoint({ origin: log.origin, size: 2n, root }), [
  {
    name: log.origin,
    keyId: logIdOf(log.origin, spki).slice(0, 4),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  },
]);
const claim = { index: 0n, head, leafHash: own };
const proof = {
  outcome: 'proved' as const,
  head: { size: 2n, root, at: undefined, evidence: head },
  leaf,
  steps: auditTrail({ index: 0n, size: 2n, leafHash: own, proof: [other] }),
};
const evidence = () =>
  JSON.parse(writeEvidence({ log, claim, proof }, { alert: { id: 'a' } })) as Record<string, unknown>;

it('is proved from the file and the log’s key alone', async () => {
  expect(await verifyEvidence(evidence(), log)).toMatchObject({ outcome: 'proved' });
});

it.each<[string, object]>([
  ['another entry', { leaf: toBase64(utf8('a forged entry')) }],
  ['another entry with its own hash', { leaf: toBase64(utf8('x')), leafHash: toBase64(leafHash(utf8('x'))) }],
  ['another place', { index: '1' }],
  ['no path', { inclusionProof: [] }],
  ['another checkpoint', { checkpoint: head.replace('\n2\n', '\n3\n') }],
])('is not, with %s', async (_, change) => {
  expect((await verifyEvidence({ ...evidence(), ...change }, log)).outcome).toBe('contradicted');
});

it('is not under another key than the checker’s, whatever the file says', async () => {
  const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  const known = { ...log, publicKey: new Uint8Array(stranger) };
  expect((await verifyEvidence(evidence(), known)).outcome).toBe('contradicted');
});
