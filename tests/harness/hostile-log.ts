/**
 * A real tile log over HTTP that can be told to misbehave in every way a monitor must notice. Honest until told
 * otherwise; `append` is all it takes to have a log.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { emptyRoot, leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { parseTilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote, type NoteSigner } from '#lib/note/signed-note.ts';

export type Misbehaviour =
  | { readonly kind: 'honest' }
  /** Shows a tree of fewer leaves than it had shown. */
  | { readonly kind: 'rewind'; readonly size: number }
  /** Serves other entries than those in its tree. */
  | { readonly kind: 'change-bytes'; readonly from: number }
  | { readonly kind: 'truncate-bundles' }
  | { readonly kind: 'truncate-tiles' }
  | { readonly kind: 'html' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'flood' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'too-many-requests'; readonly retryAfter: string }
  | { readonly kind: 'bad-signature' }
  /** Shows another tree to some. */
  | { readonly kind: 'two-faced'; readonly to: Reader; readonly leaves: readonly Uint8Array[] }
  | { readonly kind: 'claim-size'; readonly size: bigint };

/** Whether this is one of those who are shown another tree. */
export type Reader = (request: IncomingMessage) => boolean;

/** By what they call themselves. */
export const whoCallsItself =
  (name: string): Reader =>
  ({ headers }) =>
    (headers['user-agent'] ?? '').includes(name);

/** By where they ask from. */
export const whoAsksFrom =
  (address: string): Reader =>
  ({ socket }) =>
    socket.remoteAddress === address;

export class HostileLog {
  misbehaviour: Misbehaviour = { kind: 'honest' };
  requests = 0;
  readonly leaves: Uint8Array[] = [];
  /** Asked for a further signature of each checkpoint, as witnesses are. */
  cosigners: (() => NoteSigner)[] = [];
  /** Of the request that is being answered, which nothing interrupts. */
  private isOther = false;
  private key: KeyObject;
  private spki: Uint8Array;
  private readonly server = createServer((request, response) => this.answer(request, response));
  private address = '';

  private constructor() {
    ({ key: this.key, spki: this.spki } = newKey());
  }

  static async start(): Promise<HostileLog> {
    const log = new HostileLog();
    await new Promise<void>((listening) => log.server.listen(0, '127.0.0.1', listening));
    log.address = `127.0.0.1:${(log.server.address() as AddressInfo).port}`;
    return log;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  append(...leaves: readonly Uint8Array[]): void {
    this.leaves.push(...leaves);
  }

  /** Rewrites its past: another leaf at `index`, and goes on as if nothing had happened. */
  fork(index: number, leaf: Uint8Array): void {
    this.leaves[index] = leaf;
  }

  changeKey(): void {
    ({ key: this.key, spki: this.spki } = newKey());
  }

  /** As LOGS_FILE lists it alone. */
  single(more: object = {}): object {
    const url = `http://${this.address}/api/v2`;
    return { kind: 'rekor-v2', url, origin: this.address, publicKey: toBase64(this.spki), ...more };
  }

  /** As tlogs of trusted_root.json lists it. */
  listing(end?: string): object {
    return {
      baseUrl: `http://${this.address}`,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: toBase64(this.spki),
        keyDetails: 'PKIX_ED25519',
        validFor: { start: '2020-01-01T00:00:00Z', ...(end === undefined ? {} : { end }) },
      },
      logId: { keyId: toBase64(logIdOf(this.address, this.spki)) },
    };
  }

  checkpoint(): string {
    const { misbehaviour } = this;
    const size = misbehaviour.kind === 'claim-size' ? misbehaviour.size : BigInt(this.shown().length);
    const text = formatCheckpoint({ origin: this.address, size, root: subtreeHash(this.shown()) });
    const keyId = logIdOf(this.address, this.spki).slice(0, 4);
    const signer = { name: this.address, keyId, sign: (message: Uint8Array) => this.sign(message) };
    return signNote(text, [signer, ...this.cosigners.map((cosigner) => cosigner())]);
  }

  private sign(message: Uint8Array): Uint8Array {
    const signature = new Uint8Array(sign(null, message, this.key));
    if (this.misbehaviour.kind === 'bad-signature') signature[10] = (signature[10] ?? 0) ^ 1;
    return signature;
  }

  private shown(): readonly Uint8Array[] {
    if (this.isOther && this.misbehaviour.kind === 'two-faced') return this.misbehaviour.leaves;
    return this.misbehaviour.kind === 'rewind' ? this.leaves.slice(0, this.misbehaviour.size) : this.leaves;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    const { misbehaviour } = this;
    this.isOther = misbehaviour.kind === 'two-faced' && misbehaviour.to(request);
    switch (misbehaviour.kind) {
      case 'html':
        return void response.setHeader('content-type', 'text/html').end('<!doctype html><h1>Welcome</h1>');
      case 'stall':
        return;
      case 'flood':
        return void response.write(Buffer.alloc(64 * 1024 * 1024));
      case 'redirect':
        return void response.writeHead(302, { location: misbehaviour.to }).end();
      case 'too-many-requests':
        return void response.writeHead(429, { 'retry-after': misbehaviour.retryAfter }).end();
      default:
        return this.read((request.url ?? '').replace('/api/v2/', ''), response);
    }
  }

  private read(path: string, response: ServerResponse): void {
    if (path === 'checkpoint') return void response.end(this.checkpoint());
    const tile = parseTilePath(path);
    const bytes =
      tile === undefined ? undefined : tile.level === 'entries' ? this.bundle(tile) : this.tile(tile);
    if (bytes === undefined) return void response.writeHead(404).end();
    response.end(bytes);
  }

  private bundle({ index, width }: TileId): Uint8Array | undefined {
    const start = Number(index) * 256;
    const entries = this.shown().slice(start, start + width);
    if (entries.length < width) return undefined;
    const { misbehaviour } = this;
    const served = entries.map((entry, at) =>
      misbehaviour.kind === 'change-bytes' && start + at >= misbehaviour.from
        ? concat(entry, Uint8Array.of(32))
        : entry,
    );
    const bytes = formatEntryBundle(served);
    return misbehaviour.kind === 'truncate-bundles' ? bytes.subarray(0, -1) : bytes;
  }

  private tile({ level, index, width }: TileId): Uint8Array | undefined {
    const each = 256 ** Number(level);
    const hashes = Array.from({ length: width }, (_, at) => {
      const start = (Number(index) * 256 + at) * each;
      const leaves = this.shown().slice(start, start + each);
      return leaves.length === each ? subtreeHash(leaves) : undefined;
    });
    if (hashes.includes(undefined)) return undefined;
    const bytes = concat(...hashes.flatMap((hash) => (hash === undefined ? [] : [hash])));
    return this.misbehaviour.kind === 'truncate-tiles' ? bytes.subarray(0, -1) : bytes;
  }
}

/** MTH(D[n]) of RFC 6962 §2.1, word for word: nothing here is shared with what it tests but the two hashes. */
export function subtreeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return emptyRoot;
  if (leaves.length === 1) return leafHash(first);
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(subtreeHash(leaves.slice(0, split)), subtreeHash(leaves.slice(split)));
}

function newKey(): { key: KeyObject; spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}
