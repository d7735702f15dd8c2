/**
 * A CT log in both dialects, RFC 6962 and static-ct-api, that can be told to misbehave as the hostile log of tiles can. The
 * tree is the one that `leaves` are; what is served need not be.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseTilePath } from '#lib/merkle/tile-path.ts';
import { formatNote, type NoteSigner } from '#lib/note/signed-note.ts';
import { staticCtKeyId } from '#lib/source/static-ct.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import { subtreeHash, type Reader } from './hostile-log.ts';

export type CtDialect = 'rfc6962' | 'static-ct';

export class HostileCtLog {
  readonly leaves: Uint8Array[] = [];
  /** Who is shown the head of another tree, and which. */
  others: { readonly to: Reader; readonly leaves: Uint8Array[] } | undefined;
  /** Of static-ct: asked for a further signature of each checkpoint. */
  cosigners: (() => NoteSigner)[] = [];
  readonly dialect: CtDialect;
  /** From this entry on others are served than those of the tree. */
  changedFrom = Number.POSITIVE_INFINITY;
  signsBadly = false;
  claimedSize: bigint | undefined;
  /** What entries are served as, instead. */
  entriesAs: ((body: Uint8Array) => Uint8Array | string) | undefined;
  /** Everything is answered with this. */
  page: string | undefined;
  /** When it made its statements, instead of now: it makes no new one. */
  statedAt: number | undefined;
  url = '';
  private key: KeyObject;
  private spki: Uint8Array;
  private readonly server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://log');
    void this.answer(url, request).then((body) =>
      body === undefined ? response.writeHead(404).end() : response.end(body),
    );
  });

  private constructor(dialect: CtDialect) {
    this.dialect = dialect;
    ({ key: this.key, spki: this.spki } = newKey());
  }

  static async start(dialect: CtDialect): Promise<HostileCtLog> {
    const log = new HostileCtLog(dialect);
    await new Promise<void>((listening) => log.server.listen(0, '127.0.0.1', listening));
    log.url = `http://127.0.0.1:${(log.server.address() as AddressInfo).port}`;
    return log;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  changeKey(): void {
    ({ key: this.key, spki: this.spki } = newKey());
  }

  /** As LOGS_FILE lists it. */
  listing(more: object = {}): object {
    return {
      kind: 'ct',
      dialect: this.dialect,
      url: this.url,
      publicKey: toBase64(this.spki),
      ...more,
    };
  }

  get origin(): string {
    return this.url.replace('http://', '');
  }

  private async answer(
    { pathname, searchParams }: URL,
    request: IncomingMessage,
  ): Promise<string | Uint8Array | undefined> {
    if (this.page !== undefined) return this.page;
    const leaves = this.others?.to(request) === true ? this.others.leaves : this.leaves;
    const number = (name: string) => Number(searchParams.get(name));
    switch (pathname) {
      case '/checkpoint':
        return this.checkpoint(leaves);
      case '/ct/v1/get-sth':
        return JSON.stringify(this.treeHead(leaves));
      case '/ct/v1/get-sth-consistency':
        return JSON.stringify({
          consistency: (await this.proof(number('first'), number('second'))).map(toBase64),
        });
      case '/ct/v1/get-entries':
        return this.entries(number('start'), number('end') + 1);
      default:
        return this.tile(pathname.slice(1));
    }
  }

  private head(leaves: readonly Uint8Array[]) {
    const [timestamp, root] = [this.statedAt ?? Date.now(), subtreeHash(leaves)];
    const size = this.claimedSize ?? BigInt(leaves.length);
    const statement = concat(Uint8Array.of(0, 1), uintBytes(timestamp, 8), uintBytes(size, 8), root);
    const signed = writeDigitallySigned(new Uint8Array(sign('sha256', statement, this.key)));
    if (this.signsBadly) signed[signed.length - 1] = (signed.at(-1) ?? 0) ^ 1;
    return { timestamp, root, size, signed };
  }

  private treeHead(leaves: readonly Uint8Array[]): object {
    const { timestamp, root, size, signed } = this.head(leaves);
    return {
      tree_size: Number(size),
      timestamp,
      sha256_root_hash: toBase64(root),
      tree_head_signature: toBase64(signed),
    };
  }

  private checkpoint(leaves: readonly Uint8Array[]): string {
    const { timestamp, root, size, signed } = this.head(leaves);
    const keyId = staticCtKeyId(this.origin, this.spki);
    const signature = concat(uintBytes(timestamp, 8), signed);
    const text = `${this.origin}\n${size}\n${toBase64(root)}\n`;
    const cosignatures = this.cosigners.map((cosigner) => {
      const { name, keyId: id, sign: cosign } = cosigner();
      return { name, keyId: id, signature: cosign(utf8(text)) };
    });
    return formatNote({ text, signatures: [{ name: this.origin, keyId, signature }, ...cosignatures] });
  }

  private served(start: number, end: number): Uint8Array[] {
    const own = this.leaves.slice(start, end);
    return own.map((leaf, at) => (start + at < this.changedFrom ? leaf : (this.leaves[0] ?? leaf)));
  }

  private entries(start: number, end: number): string | Uint8Array {
    const entries = this.served(start, end).map((leaf) => ({
      leaf_input: toBase64(leaf),
      extra_data: 'AAAA',
    }));
    const body = JSON.stringify({ entries });
    return this.entriesAs?.(Buffer.from(body)) ?? body;
  }

  private tile(path: string): Uint8Array | string | undefined {
    const tile = parseTilePath(path.replace('tile/data/', 'tile/entries/'));
    if (tile === undefined) return undefined;
    const { level, index, width } = tile;
    if (level === 'entries') {
      const leaves = this.served(Number(index) * 256, Number(index) * 256 + width);
      // A TileLeaf is a MerkleTreeLeaf without its first two bytes, and fingerprints of the chain, here none.
      const bytes = concat(...leaves.flatMap((leaf) => [leaf.subarray(2), vector(2, new Uint8Array(0))]));
      return leaves.length < width ? undefined : (this.entriesAs?.(bytes) ?? bytes);
    }
    const each = 256 ** Number(level);
    const hashes = Array.from({ length: width }, (_, at) => {
      const start = (Number(index) * 256 + at) * each;
      return this.leaves.slice(start, start + each);
    });
    return hashes.some((leaves) => leaves.length < each) ? undefined : concat(...hashes.map(subtreeHash));
  }

  private async proof(first: number, second: number): Promise<Uint8Array[]> {
    const nodes = new Map<string, Uint8Array>();
    const range = CompactRange.empty();
    for (const leaf of this.leaves)
      range.append(leafHash(leaf), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    const read = async (ids: readonly { level: number; index: bigint }[]) =>
      ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
    return proveConsistency(read, BigInt(first), BigInt(second));
  }
}

function newKey(): { key: KeyObject; spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}
