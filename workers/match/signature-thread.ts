/**
 * Certificate signatures, many at once, on a thread of their own. It holds nothing: should it die, what it was asked is
 * checked here, and the next batch starts another.
 */
import { verify, type KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Certificate } from '#lib/x509/certificate.ts';

/** Certificates that one key must have signed. */
export interface SignatureBatch {
  readonly key: KeyObject;
  readonly digest: string | null;
  readonly certificates: readonly Certificate[];
}

/** Below this the way to the thread and back takes longer than the work. */
const worthAThread = 8;

export class SignatureThread {
  private worker: Worker | undefined;
  private next = 0;
  private readonly waiting = new Map<number, { batch: SignatureBatch; done: (good: Uint8Array) => void }>();

  /** One byte for each certificate, 1 when its signature is good. */
  verify(batch: SignatureBatch): Promise<Uint8Array> {
    if (batch.certificates.length < worthAThread) return Promise.resolve(verifyHere(batch));
    const id = this.next++;
    return new Promise((done) => {
      this.waiting.set(id, { batch, done });
      const { bytes, lengths } = packed(batch.certificates);
      const message = { id, key: batch.key, digest: batch.digest, bytes, lengths };
      this.running().postMessage(message, [bytes.buffer as ArrayBuffer, lengths.buffer as ArrayBuffer]);
    });
  }

  private running(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(new URL('./signature-thread.mjs', import.meta.url), { execArgv: [] });
    worker.on('message', ({ id, good }: { id: number; good: Uint8Array }) => {
      this.waiting.get(id)?.done(good);
      this.waiting.delete(id);
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => this.died(worker));
    // A batch that waits keeps the process alive by what it waits for besides.
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private died(worker: Worker): void {
    if (this.worker === worker) this.worker = undefined;
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const { batch, done } of left) done(verifyHere(batch));
  }
}

function verifyHere({ key, digest, certificates }: SignatureBatch): Uint8Array {
  return Uint8Array.from(certificates, ({ tbs, signature }) => Number(verify(digest, tbs, key, signature)));
}

function packed(certificates: readonly Certificate[]): { bytes: Uint8Array; lengths: Uint32Array } {
  const lengths = Uint32Array.from(
    certificates.flatMap(({ tbs, signature }) => [tbs.length, signature.length]),
  );
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const { tbs, signature } of certificates) {
    bytes.set(tbs, at);
    bytes.set(signature, at + tbs.length);
    at += tbs.length + signature.length;
  }
  return { bytes, lengths };
}
