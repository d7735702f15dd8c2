/**
 * A Rekor v1 log over its REST API, of several trees, that can leave entries out, answer short, in disorder, or with other
 * bytes. The trees are real; everything else is as little as a monitor asks for.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '#crypto/sha256.ts';
import { inTotoPayloadType } from '#lib/bundle/statement.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { subtreeHash, type Reader } from './hostile-log.ts';

interface Tree {
  readonly id: string;
  readonly leaves: Uint8Array[];
}

export class RekorV1Log {
  readonly trees: Tree[] = [];
  requests = 0;
  /** Changes the entries of one answer of `entries/retrieve` before they are sent. */
  meddle: (entries: { index: number; leaf: Uint8Array }[]) => { index: number; leaf: Uint8Array }[] = (
    entries,
  ) => entries;
  /** Served beside a leaf, by the hash of the leaf. */
  readonly attestations = new Map<string, Uint8Array>();
  signsBadly = false;
  /** Who is shown the head of another active tree, and which. */
  others: { readonly to: Reader; readonly leaves: Uint8Array[] } | undefined;
  private key: KeyObject;
  readonly spki: Uint8Array;
  private readonly server = createServer((request, response) => void this.answer(request, response));
  url = '';
  private keyId: Uint8Array | undefined;

  private constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    this.spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    this.rotate();
  }

  static async start(): Promise<RekorV1Log> {
    const log = new RekorV1Log();
    await new Promise<void>((listening) => log.server.listen(0, '127.0.0.1', listening));
    log.url = `http://127.0.0.1:${(log.server.address() as AddressInfo).port}`;
    return log;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** From now on it signs with a key that no list has. */
  changeKey(): void {
    this.key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    this.keyId = Uint8Array.of(1, 2, 3, 4);
  }

  append(...leaves: readonly Uint8Array[]): void {
    this.trees.at(-1)?.leaves.push(...leaves);
  }

  /** An intoto entry of `statement`, with `served` given out as its statement. */
  attest(certificate: Uint8Array, statement: Uint8Array, served = statement): void {
    const publicKey = toBase64(utf8(toPem('CERTIFICATE', certificate)));
    const payloadHash = { algorithm: 'sha256', value: toHex(sha256(statement)) };
    const envelope = { payloadType: inTotoPayloadType, signatures: [{ publicKey, sig: 'QUFBQQ==' }] };
    const spec = { content: { envelope, hash: payloadHash, payloadHash } };
    const leaf = utf8(JSON.stringify({ apiVersion: '0.0.2', kind: 'intoto', spec }));
    this.attestations.set(toHex(leafHash(leaf)), served);
    this.append(leaf);
  }

  /** The next tree begins; the one before takes no more entries. */
  rotate(): void {
    this.trees.push({ id: String(1_193_050_959_916_656_500n + BigInt(this.trees.length)), leaves: [] });
  }

  listing(): object {
    return {
      baseUrl: this.url,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: toBase64(this.spki),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
      logId: { keyId: toBase64(logIdOf('', this.spki)) },
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const url = new URL(request.url ?? '/', this.url);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    switch (url.pathname) {
      case '/api/v1/log':
        return void response.end(JSON.stringify(this.info(request)));
      case '/api/v1/log/proof':
        return void response.end(JSON.stringify(await this.proof(url.searchParams)));
      case '/api/v1/log/entries/retrieve':
        return void response.end(JSON.stringify(this.retrieve(JSON.parse(Buffer.concat(parts).toString()))));
      default:
        response.writeHead(404).end();
    }
  }

  private info(request: IncomingMessage): object {
    const { others } = this;
    const described = this.trees.map((tree) => {
      const { id } = tree;
      const leaves = tree === this.trees.at(-1) && others?.to(request) === true ? others.leaves : tree.leaves;
      const root = subtreeHash(leaves);
      const origin = `127.0.0.1 - ${id}`;
      const signer = {
        name: '127.0.0.1',
        keyId: this.keyId ?? logIdOf('', this.spki).slice(0, 4),
        sign: (message: Uint8Array) => {
          const signature = new Uint8Array(sign('sha256', message, this.key));
          if (this.signsBadly) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
          return signature;
        },
      };
      const signedTreeHead = signNote(formatCheckpoint({ origin, size: BigInt(leaves.length), root }), [
        signer,
      ]);
      return { rootHash: toHex(root), treeSize: leaves.length, treeID: id, signedTreeHead };
    });
    return { ...described.at(-1), inactiveShards: described.slice(0, -1) };
  }

  private async proof(query: URLSearchParams): Promise<object> {
    const tree = this.trees.find(({ id }) => id === query.get('treeID'));
    const nodes = new Map<string, Uint8Array>();
    const range = CompactRange.empty();
    for (const leaf of tree?.leaves ?? [])
      range.append(leafHash(leaf), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    const read = async (ids: readonly { level: number; index: bigint }[]) =>
      ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
    const [first, last] = [BigInt(query.get('firstSize') ?? 0), BigInt(query.get('lastSize') ?? 0)];
    return { hashes: (await proveConsistency(read, first, last)).map(toHex) };
  }

  private retrieve({ logIndexes }: { logIndexes: number[] }): object[] {
    const all = this.trees.flatMap(({ leaves }) => leaves);
    const asked = logIndexes.flatMap((index) => {
      const leaf = all[index];
      return leaf === undefined ? [] : [{ index, leaf }];
    });
    return this.meddle(asked).map(({ index, leaf }) => {
      const id = toHex(leafHash(leaf));
      const beside = this.attestations.get(id);
      const attestation = beside && { data: toBase64(beside) };
      return { [id]: { body: toBase64(leaf), logIndex: index, integratedTime: 1, attestation } };
    });
  }
}

/** hashedrekord 0.0.1 of a digest that is all `at`. */
export function rekorV1Leaf(certificate: Uint8Array, at = 0): Uint8Array {
  const content = toBase64(utf8(toPem('CERTIFICATE', certificate)));
  const hash = { algorithm: 'sha256', value: toHex(new Uint8Array(32).fill(at)) };
  const spec = { data: { hash }, signature: { content: 'AAAA', publicKey: { content } } };
  return utf8(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }));
}
