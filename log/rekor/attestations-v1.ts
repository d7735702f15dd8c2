/**
 * The payloads of intoto entries of Rekor v1, of which the leaf keeps the hash alone: they stand beside the log, by that hash,
 * and are served with the entry. No proof covers them but the hash, so what is read is held against it.
 */
import { sha256 } from '#crypto/sha256.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { payloadHashOf } from '#lib/rekor/intoto-v1.ts';
import type { PublishedObjects, StagedObjects } from '../storage/objects.ts';
import { readProposed } from './request-v1.ts';

/** What the public instance keeps, too. A longer one is logged like any other and not kept. */
export const longestAttestation = 100 * 1024;

export class Attestations {
  private readonly objects: PublishedObjects;
  private readonly open: () => Promise<StagedObjects>;
  private store: Promise<StagedObjects> | undefined;

  /** The same objects twice: to read, and, when the first one comes, to write. */
  constructor(objects: PublishedObjects, open: () => Promise<StagedObjects>) {
    this.objects = objects;
    this.open = open;
  }

  /** Of a submission that was accepted as this leaf. Durable when it resolves. */
  async keep(leaf: Uint8Array, submission: Uint8Array): Promise<void> {
    const hash = payloadHashOf(leaf);
    if (hash === undefined) return;
    const proposed = readProposed(submission);
    if (proposed.kind !== 'intoto') return;
    const { payload } = proposed.spec.content.envelope;
    if (payload.length === 0 || payload.length > longestAttestation) return;
    if ((await this.read(hash)) !== undefined) return;
    this.store ??= this.open();
    await (await this.store).put(toHex(hash), payload);
  }

  async of(leaf: Uint8Array): Promise<Uint8Array | undefined> {
    const hash = payloadHashOf(leaf);
    return hash && this.read(hash);
  }

  /** Undefined also for one that is being written, or was cut off. */
  private async read(hash: Uint8Array): Promise<Uint8Array | undefined> {
    const payload = await this.objects.read(toHex(hash));
    return payload !== undefined && equal(sha256(payload), hash) ? payload : undefined;
  }
}
