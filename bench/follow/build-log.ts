/** Writes a tile log of signed entries into a folder, with the trust root that lists it: `build-log.ts FOLDER ENTRIES`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#crypto/sha256.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { ecdsa, newKey } from '#tests/harness/certificate-writing.ts';
import { TreeFolder } from '#tests/harness/tree-folder.ts';
import { BenchAuthority } from './authority.ts';
import { seededRandom, signerOf } from './population.ts';

const firstAt = Date.UTC(2026, 0, 1);
const atOnce = 2560;

function build(path: string, entries: number): void {
  mkdirSync(path, { recursive: true });
  const random = seededRandom(20_261_123);
  const authority = new BenchAuthority();
  const keys = Array.from({ length: 64 }, () => newKey('P-256'));
  const folder = new TreeFolder(path);
  const leafAt = (at: number): Uint8Array => {
    const key = keys[at % keys.length] ?? newKey('P-256');
    const artifact = new Uint8Array(randomBytes(32));
    const certificate = authority.certify(signerOf(random, at), key, new Date(firstAt + at * 1000));
    return formatHashedRekord({
      digestAlgorithm: 'SHA2_256',
      digest: sha256(artifact),
      signature: ecdsa(key, artifact),
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

const [path = '', entries = '0'] = process.argv.slice(2);
build(`${path}.part`, Number(entries));
renameSync(`${path}.part`, path);
