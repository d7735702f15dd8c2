import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { tilesBetween } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatNote } from '#lib/note/signed-note.ts';
import { SourceError } from '#lib/source/log-source.ts';
import { staticCtKeyId } from '#lib/source/static-ct.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import { checkTiles } from './check-tiles.ts';
import { dataTilesAsBundles, openStaticCtHead } from './data-tiles.ts';

const origin = 'ct.example/2026';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
const none = vector(2, new Uint8Array(0));

const timestamped = (at: number): Uint8Array =>
  concat(uintBytes(at, 8), uintBytes(0, 2), vector(3, utf8(`certificate ${at}`)), none);

function makeLog(size: number): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const range = CompactRange.empty();
  const hashes = new Map<string, Uint8Array>();
  for (let at = 0; at < size; at++) {
    range.append(leafHash(concat(new Uint8Array(2), timestamped(at))), (level, index, hash) =>
      hashes.set(`${level}/${index}`, hash),
    );
  }
  for (const tile of tilesBetween(0n, BigInt(size))) {
    const numbers = Array.from({ length: tile.width }, (_, at) => tile.index * 256n + BigInt(at));
    const row = numbers.map((at) => hashes.get(`${Number(tile.level) * 8}/${at}`) ?? new Uint8Array(0));
    files.set(tilePath(tile), concat(...row));
    if (tile.level !== 0) continue;
    const data = numbers.flatMap((at) => [timestamped(Number(at)), none]);
    files.set(tilePath({ ...tile, level: 'entries' }).replace('entries', 'data'), concat(...data));
  }
  const statement = concat(Uint8Array.of(0, 1), uintBytes(5, 8), uintBytes(size, 8), range.root());
  const signed = writeDigitallySigned(new Uint8Array(sign('sha256', statement, privateKey)));
  const line = {
    name: origin,
    keyId: staticCtKeyId(origin, spki),
    signature: concat(uintBytes(5, 8), signed),
  };
  const text = `${origin}\n${size}\n${toBase64(range.root())}\n`;
  return files.set('checkpoint', utf8(formatNote({ text, signatures: [line] })));
}

async function check(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const fetch = async (path: string): Promise<Uint8Array> => {
    const bytes = files.get(path);
    if (bytes === undefined) throw new SourceError('not-found', path);
    return bytes;
  };
  await checkTiles(dataTilesAsBundles(fetch), await openStaticCtHead(fetch, spki), { parallel: 2 });
}

describe('a static-ct log', () => {
  it.each([1, 256, 300, 700])('of %i entries is clean', async (size) => {
    await expect(check(makeLog(size))).resolves.toBeUndefined();
  });

  it.each([
    ['tile/data/001.p/44', 20, { index: 256n }],
    ['tile/data/000', 10, { path: 'tile/data/000' }],
    ['tile/0/000', 32 * 7, { index: 7n }],
    ['tile/1/000.p/1', 0, {}],
    ['checkpoint', 20, { artefact: 'checkpoint' }],
  ])('with one bit of %s at %i changed is not', async (path, at, fault) => {
    const files = makeLog(300);
    const bytes = files.get(path)?.slice() ?? new Uint8Array(0);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    files.set(path, bytes);
    await expect(check(files)).rejects.toMatchObject({ name: 'FaultFound', fault });
  });
});
