/**
 * Objects in an S3-compatible store. S3 cannot append: an object that grows is written whole, on the condition that it
 * is still the one we know (If-Match) or still absent (If-None-Match). So a sequencer that lost its lease and wakes up
 * cannot undo what its successor wrote. A write is durable once answered, so there is nothing to flush.
 */
import { concat, equal } from '#lib/encoding/bytes.ts';
import { StorageError, type PublishedObjects, type StagedObjects } from './objects.ts';
import type { S3Bucket, StoredObject } from './s3-bucket.ts';

/** The right edge of a log is a handful of objects; they are kept, so that growing one does not need reading it. */
const keptObjects = 64;

export class PublishedS3 implements PublishedObjects {
  private readonly bucket: S3Bucket;
  private readonly kept = new Map<string, StoredObject>();

  constructor(bucket: S3Bucket) {
    this.bucket = bucket;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return (this.kept.get(path) ?? (await this.bucket.get(path)))?.bytes;
  }

  async extend(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const before = await this.known(path);
    const length = before?.bytes.length ?? 0;
    if (length < offset) {
      throw new StorageError('hole', `${path} has ${length} bytes where ${offset} belong`);
    }
    const old = before?.bytes ?? new Uint8Array(0);
    await this.write(
      path,
      before,
      concat(old.subarray(0, offset), bytes, old.subarray(offset + bytes.length)),
    );
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    await this.write(path, await this.known(path), bytes);
  }

  async flush(): Promise<void> {
    // Every write was durable before it resolved.
  }

  private async known(path: string): Promise<StoredObject | undefined> {
    return this.kept.get(path) ?? (await this.bucket.get(path));
  }

  private async write(path: string, before: StoredObject | undefined, bytes: Uint8Array): Promise<void> {
    if (before !== undefined && equal(before.bytes, bytes)) return this.keep(path, before);
    // Until we are answered, what is there is unknown.
    this.kept.delete(path);
    let known = before;
    for (let tries = 0; tries < 2; tries++) {
      const etag = await this.bucket.put(path, bytes, known?.etag ?? 'absent');
      if (etag !== undefined) return this.keep(path, { bytes, etag });
      const now = await this.bucket.get(path);
      // An attempt of ours whose answer was lost has broken the condition itself.
      if (now !== undefined && equal(now.bytes, bytes)) return this.keep(path, now);
      // Only its ETag is another one (the store was moved, or told us a wrong one): nobody wrote anything.
      if (before === undefined || now === undefined || !equal(now.bytes, before.bytes)) break;
      known = now;
    }
    throw new StorageError('failed', `${path} was written by somebody else`);
  }

  private keep(path: string, object: StoredObject): void {
    this.kept.delete(path);
    this.kept.set(path, object);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= keptObjects) break;
      this.kept.delete(oldest);
    }
  }
}

export class StagedS3 implements StagedObjects {
  private readonly bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.bucket = bucket;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.bucket.put(name, bytes, undefined);
  }

  list(): Promise<string[]> {
    return this.bucket.list();
  }

  async read(name: string): Promise<Uint8Array> {
    const object = await this.bucket.get(name);
    if (object === undefined) throw new StorageError('missing', `nothing staged as ${name}`);
    return object.bytes;
  }

  drop(name: string): Promise<void> {
    return this.bucket.remove(name);
  }
}
