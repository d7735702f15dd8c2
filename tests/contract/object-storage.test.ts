// What log/storage/objects.ts promises, held against every implementation.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PublishedFiles, StagedFiles } from '#log/storage/filesystem.ts';
import type { PublishedObjects, StagedObjects } from '#log/storage/objects.ts';
import { PublishedS3, StagedS3 } from '#log/storage/s3.ts';
import { S3Bucket } from '#log/storage/s3-bucket.ts';
import { startS3 } from '#tests/harness/s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Implementation {
  readonly name: string;
  published(): Promise<PublishedObjects>;
  staged(): Promise<StagedObjects>;
}

const implementations: Implementation[] = [
  {
    name: 'filesystem',
    published: async () => new PublishedFiles(mkdtempSync(join(folder, 'published-'))),
    staged: async () => StagedFiles.open(join(mkdtempSync(join(folder, 'staged-')), 'staging')),
  },
];

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const plain = (read: Uint8Array | undefined): number[] | undefined => (read === undefined ? read : [...read]);

const s3 = await startS3();
if (s3 !== undefined) {
  afterAll(() => s3.stop());
  const fresh = (): S3Bucket => new S3Bucket(s3.config).below(randomUUID());
  implementations.push({
    name: 's3',
    published: async () => new PublishedS3(fresh()),
    staged: async () => new StagedS3(fresh()),
  });
}

describe.each(implementations)('published objects: $name', ({ published }) => {
  it('says undefined for an object that is not there', async () => {
    const objects = await published();
    expect(await objects.read('tile/0/x001/000')).toBeUndefined();
  });

  it('grows an object, keeps what is in front, and a repeated call changes nothing', async () => {
    const objects = await published();
    await objects.extend('tile/0/x001/000', 0, bytes(1, 2));
    await objects.extend('tile/0/x001/000', 2, bytes(3, 4));
    await objects.extend('tile/0/x001/000', 2, bytes(3, 4));
    await objects.extend('tile/0/x001/000', 0, bytes(1, 2));
    expect(plain(await objects.read('tile/0/x001/000'))).toEqual([1, 2, 3, 4]);
  });

  it('refuses to leave a hole, in an object that is too short and in one that is not there', async () => {
    const objects = await published();
    await objects.extend('a', 0, bytes(1));
    await expect(objects.extend('a', 2, bytes(3))).rejects.toMatchObject({ code: 'hole' });
    await expect(objects.extend('b', 1, bytes(3))).rejects.toMatchObject({ code: 'hole' });
    expect(plain(await objects.read('a'))).toEqual([1]);
    expect(await objects.read('b')).toBeUndefined();
  });

  it('replaces an object whole, a shorter one too, and shows a reader one or the other', async () => {
    const objects = await published();
    const long = new Uint8Array(100_000).fill(7);
    await objects.replace('checkpoint', long);
    const reads = Promise.all(Array.from({ length: 20 }, () => objects.read('checkpoint')));
    await objects.replace('checkpoint', bytes(9));
    for (const read of await reads) expect([1, 100_000]).toContain(read?.length);
    expect(plain(await objects.read('checkpoint'))).toEqual([9]);
  });

  it('flushes objects in folders that were just made', async () => {
    const objects = await published();
    await objects.extend('tile/entries/x001/x002/003', 0, bytes(1));
    await objects.replace('checkpoint', bytes(1));
    await objects.flush(['tile/entries/x001/x002/003', 'checkpoint']);
    expect(plain(await objects.read('tile/entries/x001/x002/003'))).toEqual([1]);
  });
});

describe.each(implementations)('staged objects: $name', ({ staged }) => {
  it('lists, reads and drops what was put, and only that', async () => {
    const objects = await staged();
    expect(await objects.list()).toEqual([]);
    await objects.put('a', bytes(1, 2));
    await objects.put('b', bytes());
    expect((await objects.list()).sort()).toEqual(['a', 'b']);
    expect(plain(await objects.read('a'))).toEqual([1, 2]);
    await objects.drop('a');
    await objects.drop('a');
    expect(await objects.list()).toEqual(['b']);
    await expect(objects.read('a')).rejects.toMatchObject({ code: 'missing' });
  });

  it('takes the newer bytes when a name is put again', async () => {
    const objects = await staged();
    await objects.put('a', bytes(1, 2, 3));
    await objects.put('a', bytes(4));
    expect(plain(await objects.read('a'))).toEqual([4]);
  });
});

it('leaves no file of its own beside the objects', async () => {
  const place = mkdtempSync(join(folder, 'clean-'));
  const objects = new PublishedFiles(place);
  await objects.replace('checkpoint', bytes(1));
  expect(readdirSync(place)).toEqual(['checkpoint']);
});

describe.skipIf(s3 === undefined)(
  's3 (skipped where no moto_server is installed: pip install "moto[server,s3]")',
  () => {
    const open = (): { bucket: S3Bucket; objects: PublishedS3; another: PublishedS3 } => {
      if (s3 === undefined) throw new Error('skipped');
      const bucket = new S3Bucket(s3.config).below(randomUUID());
      return { bucket, objects: new PublishedS3(bucket), another: new PublishedS3(bucket) };
    };

    it('is not undone by a writer that has not seen what another wrote', async () => {
      const { objects, another } = open();
      await objects.extend('tile/0/000', 0, bytes(1));
      await objects.replace('checkpoint', bytes(1));
      await another.extend('tile/0/000', 1, bytes(2, 3));
      await another.replace('checkpoint', bytes(2));
      await expect(objects.extend('tile/0/000', 1, bytes(9))).rejects.toMatchObject({ code: 'failed' });
      await expect(objects.replace('checkpoint', bytes(9))).rejects.toMatchObject({ code: 'failed' });
      expect(plain(await another.read('tile/0/000'))).toEqual([1, 2, 3]);
      expect(plain(await open().objects.read('tile/0/000'))).toBeUndefined();
    });

    it('lets one of two create an object', async () => {
      const { objects, another } = open();
      const both = [objects.extend('a', 0, bytes(1)), another.extend('a', 0, bytes(2))];
      const results = await Promise.allSettled(both);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('takes a write of its own whose answer was lost for what it is', async () => {
      const { bucket, objects } = open();
      await objects.extend('a', 0, bytes(1));
      await bucket.put('a', bytes(1, 2), undefined);
      await objects.extend('a', 1, bytes(2));
      expect(plain(await objects.read('a'))).toEqual([1, 2]);
    });

    it('lists more names than one answer holds', async () => {
      const { bucket } = open();
      const names = Array.from({ length: 10 }, (_, at) => `name ${at} & <more>`);
      await Promise.all(names.map((name) => bucket.put(encodeURIComponent(name), bytes(), undefined)));
      expect((await bucket.list(3)).sort()).toEqual(names);
    });

    it('fails when it is refused, and when nobody answers', async () => {
      if (s3 === undefined) throw new Error('skipped');
      const elsewhere = new StagedS3(new S3Bucket({ ...s3.config, bucket: 'no-such-bucket' }));
      await expect(elsewhere.put('a', bytes(1))).rejects.toMatchObject({ code: 'failed' });
      const nobody = new PublishedS3(new S3Bucket({ ...s3.config, endpoint: 'http://127.0.0.1:9' }));
      await expect(nobody.read('a')).rejects.toMatchObject({ code: 'unavailable' });
    });
  },
);
