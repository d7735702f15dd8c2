/**
 * Writes a tile log of signed entries into a folder, with the trust root that lists it: `build-log.ts FOLDER ENTRIES KIND`.
 * Of kind rekor-v1 the entries are spelt as that log spells them.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { ecdsa, newKey } from '#tests/harness/certificate-writing.ts';
import { TreeFolder } from '#tests/harness/tree-folder.ts';
import { BenchAuthority } from './authority.ts';
import { seededRandom, signerOf } from './population.ts';

const firstAt = Date.UTC(2026, 0, 1);
const atOnce = 2560;

type Kind = 'rekor-v2' | 'rekor-v1';

function build(path: string, entries: number, kind: Kind): void {
  mkdirSync(path, { recursive: true });
  const random = seededRandom(20_261_123);
  const authority = new BenchAuthority();
  const keys = Array.from({ length: 64 }, () => newKey('P-256'));
  const folder = new TreeFolder(path);
  const leafAt = (at: number): Uint8Array => {
    const key = keys[at % keys.length] ?? newKey('P-256');
    const artifact = new Uint8Array(randomBytes(32));
    const certificate = authority.certify(signerOf(random, at), key, new Date(firstAt + at * 1000));
    const signature = ecdsa(key, artifact);
    if (kind === 'rekor-v1') return leafV1(sha256(artifact), signature, certificate);
    return formatHashedRekord({
      digestAlgorithm: 'SHA2_256',
      digest: sha256(artifact),
      signature,
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      verifier: { kind: 'certificate', bytes: certificate },
    });
  };
  while (folder.size < entries) {
    const count = Math.min(atOnce, entries - folder.size);
    folder.append(Array.from({ length: count }, (_, at) => leafAt(folder.size + at)));
  }
  const trust = folder.trustRoot('https://log.bench', [authority]);
  writeFileSync(join(path, 'trusted_root.json'), JSON.stringify(trust));
}

/** hashedrekord 0.0.1: canonical JSON, the certificate as base64 of its PEM. */
function leafV1(digest: Uint8Array, signature: Uint8Array, certificate: Uint8Array): Uint8Array {
  const hash = { algorithm: 'sha256', value: toHex(digest) };
  const publicKey = { content: toBase64(utf8(toPem('CERTIFICATE', certificate))) };
  const spec = { data: { hash }, signature: { content: toBase64(signature), publicKey } };
  return utf8(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }));
}

const [path = '', entries = '0', kind = 'rekor-v2'] = process.argv.slice(2);
build(`${path}.part`, Number(entries), kind as Kind);
renameSync(`${path}.part`, path);
