import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { toBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { provenEntry } from '#tests/harness/proven-entry.ts';
import { verifyEvidence, writeEvidence } from './evidence.ts';

const { log, claim, proof } = provenEntry(utf8('the entry'));
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
  ['another checkpoint', { checkpoint: claim.head.replace('\n2\n', '\n3\n') }],
])('is not, with %s', async (_, change) => {
  expect((await verifyEvidence({ ...evidence(), ...change }, log)).outcome).toBe('contradicted');
});

it('is not under another key than the checker’s, whatever the file says', async () => {
  const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  const known = { ...log, publicKey: new Uint8Array(stranger) };
  expect((await verifyEvidence(evidence(), known)).outcome).toBe('contradicted');
});
