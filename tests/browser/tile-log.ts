/** A small log over HTTP: real tiles, a real signed checkpoint, real entries; and a switch that makes it fall silent. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { concat, utf8 } from '#lib/encoding/bytes.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle, tilesBetween } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';

export interface TileLog {
  readonly url: string;
  readonly origin: string;
  readonly publicKey: Uint8Array;
  readonly checkpoint: string;
  readonly root: Uint8Array;
  readonly leafHashes: readonly Uint8Array[];
  silent: boolean;
  /** What it serves, by path; a test may put something else in. */
  readonly files: Map<string, Uint8Array>;
  /** A checkpoint of any tree under the key of this log. */
  readonly signHead: (size: bigint, root: Uint8Array) => string;
}

export async function startTileLog(leaves: readonly Uint8Array[]): Promise<TileLog> {
  const origin = 'log.test';
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const leafHashes = leaves.map(leafHash);
  const root = treeHash(leafHashes);
  const { name, keyId } = logVerifier(origin, spki);
  const signer = {
    name,
    keyId,
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)),
  };
  const signHead = (size: bigint, head: Uint8Array) =>
    signNote(formatCheckpoint({ origin, size, root: head }), [signer]);
  const checkpoint = signHead(BigInt(leaves.length), root);
  const files = filesOf(leaves, leafHashes).set('checkpoint', utf8(checkpoint));
  const state = { silent: false };
  const server = createServer((request, response) => {
    const file = state.silent ? undefined : files.get(request.url?.slice(1) ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.statusCode = state.silent ? 503 : file === undefined ? 404 : 200;
    response.end(file);
  });
  server.listen(0);
  await once(server, 'listening');
  afterAll(() => server.close());
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    url,
    origin,
    publicKey: spki,
    checkpoint,
    root,
    leafHashes,
    files,
    signHead,
  });
}

function filesOf(leaves: readonly Uint8Array[], leafHashes: readonly Uint8Array[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const tile of tilesBetween(0n, BigInt(leaves.length))) {
    const step = 256 ** Number(tile.level);
    const first = Number(tile.index) * 256;
    const hashes = Array.from({ length: tile.width }, (_, at) =>
      treeHash(leafHashes.slice((first + at) * step, (first + at + 1) * step)),
    );
    files.set(tilePath(tile), concat(...hashes));
    if (tile.level !== 0) continue;
    files.set(
      tilePath({ ...tile, level: 'entries' }),
      formatEntryBundle(leaves.slice(first, first + tile.width)),
    );
  }
  return files;
}

/** MTH of RFC 6962 §2.1 over leaf hashes. */
function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (hashes.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

export function leafOf(at: number): Uint8Array {
  return utf8(JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { number: at } }));
}
