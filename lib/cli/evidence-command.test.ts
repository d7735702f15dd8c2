import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { auditTrail } from '#lib/verify/audit-trail.ts';
import { writeEvidence } from '#lib/verify/evidence.ts';
import { evidenceCommand } from './evidence-command.ts';

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
const proof = {
  outcome: 'proved' as const,
  head: { size: 2n, root, at: undefined, evidence: head },
  leaf,
  steps: auditTrail({ index: 0n, size: 2n, leafHash: own, proof: [other] }),
};
const evidence = writeEvidence({ log, claim: { index: 0n, head, leafHash: own }, proof }, {});
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(text: string, key?: string): Promise<[number, string]> {
  const file = join(folder, 'evidence.json');
  writeFileSync(file, text);
  let said = '';
  const code = await evidenceCommand(file, key === undefined ? {} : { key }, (words) => (said += words));
  return [code, said];
}

it('checks the evidence of an alert from the file alone, under the key that whoever asks knows', async () => {
  const key = toHex(sha256(spki));
  const proved = [0, expect.stringContaining('entry 0 is in the tree of 2 entries that was signed')];
  expect(await check(evidence)).toEqual(proved);
  expect(await check(evidence, key)).toEqual(proved);
  expect(await check(evidence, '00'.repeat(32))).toEqual([1, expect.stringContaining('another key')]);
});

it.each([
  ['another place', evidence.replace('"index": "0"', '"index": "1"'), 'do not lead from this entry'],
  [
    'a place the checkpoint does not reach',
    evidence.replace('"index": "0"', '"index": "2"'),
    'does not reach',
  ],
  ['another size', evidence.replace('\\n2\\n', '\\n3\\n'), 'does not verify'],
])('refuses %s', async (_, changed, why) => {
  expect(changed).not.toBe(evidence);
  expect(await check(changed)).toEqual([1, expect.stringContaining(why)]);
});
