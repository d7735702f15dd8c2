/** A client of the Rekor v1 API that checks what it is told, for tests. */
import { createHash, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { fromHex, toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { bytesOf, makeSigner, type LogProcess, type TestSigner } from './log-process.ts';

export interface LogEntryV1 {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification: {
    inclusionProof: {
      checkpoint: string;
      hashes: string[];
      logIndex: number;
      rootHash: string;
      treeSize: number;
    };
    signedEntryTimestamp: string;
  };
}

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
export const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
export const pemOf = ({ spki }: TestSigner): string => toPem('PUBLIC KEY', new Uint8Array(spki));

export const signer = makeSigner();
export const pem = pemOf(signer);

export function proposed(message: Buffer = randomBytes(16), by = signer, content = pemOf(by)) {
  const hash = { algorithm: 'sha256', value: createHash('sha256').update(message).digest('hex') };
  const signature = {
    content: base64(sign('sha256', message, by.privateKey)),
    publicKey: { content: base64(content) },
  };
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec: { data: { hash }, signature } };
}

export class RekorV1Client {
  private readonly log: LogProcess;

  constructor(log: LogProcess) {
    this.log = log;
  }

  call(path: string, body?: unknown): Promise<Response> {
    if (body === undefined) return fetch(`${this.log.url}${path}`);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    return fetch(`${this.log.url}${path}`, { method: 'POST', body: text, headers });
  }

  async create(body: unknown): Promise<{ id: string; entry: LogEntryV1 }> {
    const answer = await this.call('/api/v1/log/entries', body);
    if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
    const [[id, entry] = ['', undefined]] = Object.entries(
      (await answer.json()) as Record<string, LogEntryV1>,
    );
    if (entry === undefined) throw new Error('no entry');
    return { id, entry };
  }

  async find(query: object): Promise<string[]> {
    const answer = await this.call('/api/v1/index/retrieve', query);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as string[];
  }
}

/** What any client checks: promise, checkpoint and proof. Throws with what does not hold. */
export function checkEntryV1(
  { body, integratedTime, logID, logIndex, verification }: LogEntryV1,
  spki: Uint8Array,
): void {
  const { inclusionProof, signedEntryTimestamp } = verification;
  const promised = Buffer.from(JSON.stringify({ body, integratedTime, logID, logIndex }));
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (!verify('sha256', promised, key, bytesOf(signedEntryTimestamp)))
    throw new Error('the promise does not verify');
  if (logID !== createHash('sha256').update(spki).digest('hex')) throw new Error('another log id');
  const { origin, size, root } = parseCheckpoint(
    openNote(inclusionProof.checkpoint, [logVerifier('localhost', spki)]).text,
  );
  if (!/^localhost - [1-9]\d*$/.test(origin)) throw new Error(`the origin ${origin}`);
  const stated = [BigInt(inclusionProof.treeSize), inclusionProof.rootHash].join();
  if (stated !== [size, toHex(root)].join()) throw new Error('the checkpoint speaks of another tree');
  const proof = inclusionProof.hashes.map(hex);
  const claim = {
    index: BigInt(inclusionProof.logIndex),
    size,
    root,
    proof,
    leafHash: leafHash(bytesOf(body)),
  };
  if (!verifyInclusion(claim)) throw new Error('the proof does not hold');
}
