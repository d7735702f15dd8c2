/** A tile log as files in a folder, for as many entries as a test likes, and a server for them that does nothing else. */
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, sign } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';

export class TreeFolder {
  readonly path: string;
  private readonly key = generateKeyPairSync('ed25519');
  private readonly spki = new Uint8Array(this.key.publicKey.export({ type: 'spki', format: 'der' }));
  private readonly range = CompactRange.empty();
  private readonly levels: Uint8Array[][] = [];
  private last: Uint8Array[] = [];

  constructor(path = mkdtempSync(join(tmpdir(), 'sigwatch-tree-'))) {
    this.path = path;
  }

  get size(): number {
    return Number(this.range.size);
  }

  /** Writes the entries and every tile they complete or begin. */
  append(leaves: readonly Uint8Array[]): void {
    const before = this.levels.map((hashes) => hashes.length);
    let bundle = Math.floor(this.size / 256);
    for (const leaf of leaves) {
      this.last.push(leaf);
      this.range.append(leafHash(leaf), (level, _, hash) => {
        if (level % 8 === 0) (this.levels[level / 8] ??= []).push(hash);
      });
      if (this.last.length < 256) continue;
      this.write('entries', bundle++, 256, formatEntryBundle(this.last));
      this.last = [];
    }
    if (this.last.length > 0) this.write('entries', bundle, this.last.length, formatEntryBundle(this.last));
    for (const [level, hashes] of this.levels.entries()) {
      for (let tile = Math.floor((before[level] ?? 0) / 256); tile * 256 < hashes.length; tile++) {
        const part = hashes.slice(tile * 256, tile * 256 + 256);
        this.write(level, tile, part.length, concat(...part));
      }
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Signs the tree as it is, for the address it is served at, and lists the log there. */
  trustRoot(url: string, authorities: readonly { listing(): object }[]): object {
    const origin = new URL(url).host;
    const keyId = logIdOf(origin, this.spki);
    const text = formatCheckpoint({ origin, size: this.range.size, root: this.range.root() });
    const signer = {
      name: origin,
      keyId: keyId.slice(0, 4),
      sign: (message: Uint8Array) => new Uint8Array(sign(null, message, this.key.privateKey)),
    };
    writeFileSync(join(this.path, 'checkpoint'), signNote(text, [signer]));
    const publicKey = {
      rawBytes: toBase64(this.spki),
      keyDetails: 'PKIX_ED25519',
      validFor: { start: '2020-01-01T00:00:00Z' },
    };
    return {
      mediaType: trustedRootMediaType,
      tlogs: [{ baseUrl: url, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId: toBase64(keyId) } }],
      certificateAuthorities: authorities.map((authority) => authority.listing()),
    };
  }

  private write(level: number | 'entries', index: number, width: number, bytes: Uint8Array): void {
    const file = join(this.path, tilePath({ level, index: BigInt(index), width }));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

export async function serveFolder(path: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const file = join(path, normalize(`/${(request.url ?? '').replace('/api/v2/', '')}`));
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
