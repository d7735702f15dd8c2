/** Writes a tile log of signed entries into a folder, with the trust root that lists it: `build-log.ts FOLDER ENTRIES`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateKeyPairSync, sign } from 'node:crypto';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { sha256 } from '#crypto/sha256.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { ecdsa, newKey } from '#tests/harness/certificate-writing.ts';
import { BenchAuthority } from './authority.ts';
import { seededRandom, signerOf } from './population.ts';

export const origin = 'log.bench';
const firstAt = Date.UTC(2026, 0, 1);

class TileWriter {
  private readonly range = CompactRange.empty();
  private readonly levels: Uint8Array[][] = [];
  private bundle: Uint8Array[] = [];
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  add(leaf: Uint8Array): void {
    this.bundle.push(leaf);
    this.range.append(leafHash(leaf), (level, _, hash) => {
      if (level % 8 !== 0) return;
      const hashes = (this.levels[level / 8] ??= []);
      hashes.push(hash);
      if (hashes.length % 256 === 0) this.tile(level / 8, hashes.length / 256 - 1, hashes.slice(-256));
    });
    if (this.bundle.length === 256) this.flush();
  }

  end(): CompactRange {
    if (this.bundle.length > 0) this.flush();
    for (const [level, hashes] of this.levels.entries()) {
      const rest = hashes.length % 256;
      if (rest > 0) this.tile(level, Math.floor(hashes.length / 256), hashes.slice(-rest));
    }
    return this.range;
  }

  private flush(): void {
    this.write(
      'entries',
      Math.ceil(Number(this.range.size) / 256) - 1,
      this.bundle.length,
      formatEntryBundle(this.bundle),
    );
    this.bundle = [];
  }

  private tile(level: number, index: number, hashes: Uint8Array[]): void {
    this.write(level, index, hashes.length, concat(...hashes));
  }

  private write(level: number | 'entries', index: number, width: number, bytes: Uint8Array): void {
    const file = join(this.folder, tilePath({ level, index: BigInt(index), width }));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

function build(folder: string, entries: number): void {
  const random = seededRandom(20_261_123);
  const authority = new BenchAuthority();
  const keys = Array.from({ length: 64 }, () => newKey('P-256'));
  const writer = new TileWriter(folder);
  for (let at = 0; at < entries; at++) {
    const key = keys[at % keys.length] ?? newKey('P-256');
    const artifact = new Uint8Array(randomBytes(32));
    const certificate = authority.certify(signerOf(random, at), key, new Date(firstAt + at * 1000));
    writer.add(
      formatHashedRekord({
        digestAlgorithm: 'SHA2_256',
        digest: sha256(artifact),
        signature: ecdsa(key, artifact),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        verifier: { kind: 'certificate', bytes: certificate },
      }),
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const root = writer.end().root();
  const text = formatCheckpoint({ origin, size: BigInt(entries), root });
  const keyId = logIdOf(origin, spki).slice(0, 4);
  const signer = {
    name: origin,
    keyId,
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)),
  };
  writeFileSync(join(folder, 'checkpoint'), signNote(text, [signer]));
  const listing = {
    baseUrl: `https://${origin}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: toBase64(spki),
      keyDetails: 'PKIX_ED25519',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: toBase64(logIdOf(origin, spki)) },
  };
  const trust = {
    mediaType: trustedRootMediaType,
    tlogs: [listing],
    certificateAuthorities: [authority.listing()],
  };
  writeFileSync(join(folder, 'trusted_root.json'), JSON.stringify(trust));
}

const [folder = '', entries = '0'] = process.argv.slice(2);
build(`${folder}.part`, Number(entries));
renameSync(`${folder}.part`, folder);
