/** An RFC 6962 log that answers with as few entries at a time as it likes (§4.6 allows it). */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import { subtreeHash } from './hostile-log.ts';

/** A MerkleTreeLeaf of an X.509 entry, §3.4. */
export function certificateLeaf(certificate: Uint8Array): Uint8Array {
  return concat(
    new Uint8Array(2),
    uintBytes(1, 8),
    new Uint8Array(2),
    vector(3, certificate),
    new Uint8Array(2),
  );
}

export class CtLog {
  readonly leaves: Uint8Array[] = [];
  entriesAtOnce = 1000;
  url = '';
  private readonly key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly spki = new Uint8Array(this.key.publicKey.export({ type: 'spki', format: 'der' }));
  private readonly server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://log');
    const number = (name: string) => Number(url.searchParams.get(name));
    void this.answer(url.pathname, number).then((body) => response.end(JSON.stringify(body)));
  });

  static async start(): Promise<CtLog> {
    const log = new CtLog();
    await new Promise<void>((listening) => log.server.listen(0, '127.0.0.1', listening));
    log.url = `http://127.0.0.1:${(log.server.address() as AddressInfo).port}`;
    return log;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
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
      logId: { keyId: toBase64(sha256(this.spki)) },
    };
  }

  private async answer(path: string, number: (name: string) => number): Promise<object> {
    if (path.endsWith('/get-sth')) return this.treeHead();
    if (path.endsWith('/get-entries')) {
      const end = Math.min(number('end') + 1, number('start') + this.entriesAtOnce);
      const entries = this.leaves.slice(number('start'), end);
      return { entries: entries.map((leaf) => ({ leaf_input: toBase64(leaf), extra_data: 'AAAA' })) };
    }
    const nodes = new Map<string, Uint8Array>();
    const range = CompactRange.empty();
    for (const leaf of this.leaves)
      range.append(leafHash(leaf), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    const read = async (ids: readonly { level: number; index: bigint }[]) =>
      ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
    const proof = await proveConsistency(read, BigInt(number('first')), BigInt(number('second')));
    return { consistency: proof.map(toBase64) };
  }

  private treeHead(): object {
    const [timestamp, root] = [Date.now(), subtreeHash(this.leaves)];
    const head = concat(Uint8Array.of(0, 1), uintBytes(timestamp, 8), uintBytes(this.leaves.length, 8), root);
    const signature = writeDigitallySigned(new Uint8Array(sign('sha256', head, this.key.privateKey)));
    return {
      tree_size: this.leaves.length,
      timestamp,
      sha256_root_hash: toBase64(root),
      tree_head_signature: toBase64(signature),
    };
  }
}
