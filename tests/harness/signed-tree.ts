/** A log that grows in memory and signs what it is told to, true or not: for witnesses and whoever else must not believe it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { utf8 } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { emptyRoot, leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote, type NoteSigner } from '#lib/note/signed-note.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';

export class SignedTree {
  readonly vkey: string;
  readonly signer: NoteSigner;
  readonly origin: string;
  private readonly nodes = new Map<string, Uint8Array>();
  private readonly roots: Uint8Array[] = [emptyRoot];

  constructor(
    origin: string,
    size: number,
    { label = 'entry', key = 'ed25519' as 'ed25519' | 'ecdsa' } = {},
  ) {
    this.origin = origin;
    const { privateKey, publicKey } =
      key === 'ecdsa' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
    const keyId = logIdOf(origin, spki).slice(0, 4);
    const hash = key === 'ecdsa' ? 'sha256' : null;
    this.vkey = formatVerifierKey({
      name: origin,
      keyId,
      type: key,
      key: key === 'ecdsa' ? spki : spki.subarray(-32),
    });
    this.signer = {
      name: origin,
      keyId,
      sign: (message) => Uint8Array.from(sign(hash, message, privateKey)),
    };
    const range = CompactRange.empty();
    for (let at = 0; at < size; at++) {
      range.append(leafHash(utf8(`${label} ${at}`)), (level, index, hash) =>
        this.nodes.set(`${level}/${index}`, hash),
      );
      this.roots.push(range.root());
    }
  }

  root(size: number): Uint8Array {
    return this.roots[size] ?? emptyRoot;
  }

  text(size: number, root = this.root(size)): string {
    return formatCheckpoint({ origin: this.origin, size: BigInt(size), root });
  }

  note(size: number, root = this.root(size)): string {
    return signNote(this.text(size, root), [this.signer]);
  }

  async proof(from: number, to: number): Promise<Uint8Array[]> {
    if (from === 0) return [];
    const read = async (ids: readonly { level: number; index: bigint }[]) =>
      ids.map(({ level, index }) => this.nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
    return proveConsistency(read, BigInt(from), BigInt(to));
  }
}
