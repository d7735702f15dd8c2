// What log/storage/objects.ts promises, held against every implementation.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PublishedFiles, StagedFiles } from '#log/storage/filesystem.ts';
import type { PublishedObjects, StagedObjects } from '#log/storage/objects.ts';

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
