import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle, tileAt, tilesBetween } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { checkTiles, type CheckedHead, type CheckState } from './check-tiles.ts';
import { FaultFound, type Fault } from './fault.ts';

interface PlantedLog {
  readonly head: CheckedHead;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

function makeLog(size: number): PlantedLog {
  const entries = Array.from({ length: size }, (_, at) => utf8(`entry ${at}`));
  const range = CompactRange.empty();
  const hashes = new Map<string, Uint8Array>();
  for (const entry of entries) {
    range.append(leafHash(entry), (level, index, hash) => {
      if (level % 8 === 0) hashes.set(`${level / 8}/${index}`, hash);
    });
  }
  const files = new Map<string, Uint8Array>();
  for (const tile of tilesBetween(0n, BigInt(size))) {
    const row = Array.from({ length: tile.width }, (_, at) =>
      hashes.get(`${tile.level}/${tile.index * 256n + BigInt(at)}`),
    );
    files.set(tilePath(tile), concat(...row.map((hash) => hash ?? new Uint8Array(0))));
    if (tile.level !== 0) continue;
    const first = Number(tile.index) * 256;
    files.set(
      tilePath({ ...tile, level: 'entries' }),
      formatEntryBundle(entries.slice(first, first + tile.width)),
    );
  }
  return { head: { size: BigInt(size), root: range.root() }, files };
}

const serve =
  (files: ReadonlyMap<string, Uint8Array>): FetchBytes =>
  async (path, maxBytes) => {
    const bytes = files.get(path);
    if (bytes === undefined) throw new SourceError('not-found', 'answered 404');
    if (bytes.length > maxBytes) throw new SourceError('too-large', `more than ${maxBytes} bytes`);
    return bytes;
  };

function withFlippedBit(log: PlantedLog, path: string, bit: number): PlantedLog {
  const bytes = Uint8Array.from(log.files.get(path) ?? []);
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
  return { ...log, files: new Map([...log.files, [path, bytes]]) };
}

async function firstFault({ files, head }: PlantedLog): Promise<Fault | undefined> {
  try {
    await checkTiles(serve(files), head, { parallel: 4 });
    return undefined;
  } catch (error) {
    if (error instanceof FaultFound) return error.fault;
    throw error;
  }
}

const small = makeLog(600);
// Past a full level 1 tile, so that level 2 exists and level 1 has a full and a partial tile.
const large = makeLog(65_536 + 300);

describe('a log without faults', () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 513, 600])('of %i entries passes', async (size) => {
    expect(await firstFault(makeLog(size))).toBeUndefined();
  });

  it('passes when it is larger than a level 1 tile', async () => {
    expect(await firstFault(large)).toBeUndefined();
  });

  it('passes when its partial tiles are gone and full ones of a later size stand in their place', async () => {
    const later = makeLog(1000);
    expect(await firstFault({ head: small.head, files: later.files })).toMatchObject({ problem: 'missing' });
    const full = makeLog(1024);
    const files = new Map(full.files);
    // The checkpoint is of 600; level 1 has no full tile yet and keeps its partial one.
    const levelOne = tileAt(1, 0n, 600n);
    if (levelOne === undefined) throw new Error('no level 1');
    files.set(tilePath(levelOne), small.files.get(tilePath(levelOne)) ?? new Uint8Array(0));
    expect(await firstFault({ head: small.head, files })).toBeUndefined();
  });
});

describe('a single wrong bit is named exactly', () => {
  it.each([0, 1, 77, 255])('in leaf data, entry %i of a full bundle', async (entry) => {
    const start = small.files.get('tile/entries/001') ?? new Uint8Array(0);
    let at = 0;
    for (let skip = 0; skip < entry; skip++) at += 2 + ((start[at] ?? 0) << 8) + (start[at + 1] ?? 0);
    expect(await firstFault(withFlippedBit(small, 'tile/entries/001', (at + 2) * 8))).toMatchObject({
      artefact: 'entry',
      path: 'tile/entries/001',
      index: 256n + BigInt(entry),
      problem: 'hash',
    });
  });

  it('in leaf data at the right edge', async () => {
    expect(await firstFault(withFlippedBit(small, 'tile/entries/002.p/88', 17))).toMatchObject({
      artefact: 'entry',
      path: 'tile/entries/002.p/88',
      index: 512n,
      problem: 'hash',
    });
  });

  it.each([0, 1, 7, 8, 15])('in the length of an entry, bit %i', async (bit) => {
    expect(await firstFault(withFlippedBit(small, 'tile/entries/000', bit))).toMatchObject({
      artefact: 'entry',
      path: 'tile/entries/000',
      index: 0n,
    });
  });

  it('in any hash of a full level 0 tile, first and last bit of each', async () => {
    for (let hash = 0; hash < 256; hash += 51) {
      for (const bit of [0, 255]) {
        expect(await firstFault(withFlippedBit(small, 'tile/0/001', hash * 256 + bit))).toMatchObject({
          artefact: 'tile',
          path: 'tile/0/001',
          hash,
          index: BigInt(256 + hash),
        });
      }
    }
  });

  it('in a partial level 0 tile', async () => {
    expect(await firstFault(withFlippedBit(small, 'tile/0/002.p/88', 87 * 256 + 3))).toMatchObject({
      artefact: 'tile',
      path: 'tile/0/002.p/88',
      hash: 87,
      index: 599n,
    });
  });

  it('in a partial level 1 tile', async () => {
    expect(await firstFault(withFlippedBit(small, 'tile/1/000.p/2', 256))).toMatchObject({
      artefact: 'tile',
      path: 'tile/1/000.p/2',
      hash: 1,
      index: 256n,
    });
  });

  it('in a full level 1 tile and in the level 2 tile', async () => {
    expect(await firstFault(withFlippedBit(large, 'tile/1/000', 200 * 256))).toMatchObject({
      artefact: 'tile',
      path: 'tile/1/000',
      hash: 200,
      index: 51_200n,
    });
    expect(await firstFault(withFlippedBit(large, 'tile/2/000.p/1', 0))).toMatchObject({
      artefact: 'tile',
      path: 'tile/2/000.p/1',
      hash: 0,
      index: 0n,
    });
  });

  it('in the root of the checkpoint', async () => {
    const root = Uint8Array.from(small.head.root);
    root[31] = (root[31] ?? 0) ^ 1;
    expect(await firstFault({ ...small, head: { size: 600n, root } })).toMatchObject({
      artefact: 'checkpoint',
      problem: 'root',
    });
    const empty = makeLog(0);
    expect(await firstFault({ ...empty, head: { size: 0n, root } })).toMatchObject({ problem: 'root' });
  });
});

describe('other damage', () => {
  it('of two faults, the first is named', async () => {
    const twice = withFlippedBit(withFlippedBit(small, 'tile/entries/001', 40), 'tile/entries/000', 40);
    expect(await firstFault(twice)).toMatchObject({ artefact: 'entry', index: 0n });
  });

  it.each(['tile/0/000', 'tile/entries/001', 'tile/1/000.p/2', 'tile/0/002.p/88'])(
    '%s missing',
    async (path) => {
      const files = new Map([...small.files].filter(([name]) => name !== path));
      expect(await firstFault({ ...small, files })).toMatchObject({ path, problem: 'missing' });
    },
  );

  it.each(['tile/0/000', 'tile/0/002.p/88', 'tile/1/000.p/2'])('%s one byte short or long', async (path) => {
    const bytes = small.files.get(path) ?? new Uint8Array(0);
    for (const wrong of [bytes.subarray(1), concat(bytes, Uint8Array.of(0))]) {
      const files = new Map([...small.files, [path, wrong]]);
      expect(await firstFault({ ...small, files })).toMatchObject({ path, problem: 'length' });
    }
  });

  it('bytes behind the last entry of a bundle', async () => {
    const path = 'tile/entries/000';
    const longer = concat(small.files.get(path) ?? new Uint8Array(0), uintBytes(0, 2));
    const files = new Map([...small.files, [path, longer]]);
    expect(await firstFault({ ...small, files })).toMatchObject({
      artefact: 'bundle',
      path,
      problem: 'length',
    });
  });

  it('an entry changed together with the hash over it is not blamed on either alone', async () => {
    const forged = makeLog(600).files;
    const entries = Uint8Array.from(forged.get('tile/entries/000') ?? []);
    entries[2] = 88;
    const hash = leafHash(entries.subarray(2, 2 + (entries[1] ?? 0)));
    const tile = Uint8Array.from(forged.get('tile/0/000') ?? []);
    tile.set(hash, 0);
    const files = new Map([...forged, ['tile/entries/000', entries], ['tile/0/000', tile]] as const);
    expect(await firstFault({ ...small, files })).toMatchObject({
      artefact: 'undecided',
      path: 'tile/1/000.p/2',
      index: 0n,
    });
  });
});

it('resumes where an earlier check stopped, and reads nothing in front of it again', async () => {
  const states: CheckState[] = [];
  const unreadable: FetchBytes = async (path, maxBytes) => {
    if (path === 'tile/entries/200') throw new SourceError('unreachable', 'answered 503');
    return serve(large.files)(path, maxBytes);
  };
  const onProgress = (_: bigint, state: () => CheckState) => void states.push(state());
  await expect(checkTiles(unreadable, large.head, { parallel: 3, onProgress })).rejects.toMatchObject({
    code: 'unreachable',
  });
  const resume = states.at(-1);
  expect(resume?.done).toBe(51_200n);
  const asked: string[] = [];
  const counting: FetchBytes = (path, maxBytes) => (asked.push(path), serve(large.files)(path, maxBytes));
  await checkTiles(counting, large.head, { parallel: 3, resume });
  expect(asked).not.toContain('tile/entries/199');
  expect(asked).toContain('tile/entries/200');
});

it('never has more reads under way than allowed', async () => {
  let now = 0;
  let most = 0;
  const counting: FetchBytes = async (path, maxBytes) => {
    most = Math.max(most, ++now);
    await new Promise((later) => setImmediate(later));
    now--;
    return serve(small.files)(path, maxBytes);
  };
  await checkTiles(counting, small.head, { parallel: 2 });
  expect(most).toBe(2);
});

const vectors = join(import.meta.dirname, '../../../shared/vectors/tiles');
describe.skipIf(!existsSync(vectors))('a foreign log (../shared/vectors)', () => {
  const fetch: FetchBytes = async (path) => {
    const at = join(vectors, path);
    if (!existsSync(at)) throw new SourceError('not-found', 'no such file');
    return Uint8Array.from(readFileSync(at));
  };
  it.each(Array.from({ length: 16 }, (_, size) => size))('of size %i passes', async (size) => {
    const note = readFileSync(join(vectors, `checkpoint.${size}`), 'utf8');
    await checkTiles(fetch, parseCheckpoint(parseNote(note).text), { parallel: 2 });
  });
});
