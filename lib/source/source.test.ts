import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle } from '#lib/merkle/tile.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf, logVerifier } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { SourceError, type FetchBytes } from './log-source.ts';
import { openTreeHead, rfc6962Source } from './rfc6962.ts';
import { openCheckpoint, tileSource } from './tiles.ts';

function makeKey(type: 'ed25519' | 'ec'): { key: KeyObject; spki: Uint8Array } {
  const { privateKey, publicKey } =
    type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}

const name = 'log.example';
const { key, spki } = makeKey('ed25519');
const verifier = logVerifier(name, spki);

function checkpoint(origin: string): string {
  const keyId = logIdOf(name, spki).slice(0, 4);
  const signer = { name, keyId, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, key)) };
  return signNote(formatCheckpoint({ origin, size: 3n, root: emptyRoot }), [signer]);
}

/** A log as a table of paths. */
function serving(paths: Record<string, Uint8Array | string>): { fetch: FetchBytes; asked: string[] } {
  const asked: string[] = [];
  const fetch: FetchBytes = (path) => {
    asked.push(path);
    const found = paths[path];
    if (found === undefined) return Promise.reject(new SourceError('not-found', path));
    return Promise.resolve(typeof found === 'string' ? utf8(found) : found);
  };
  return { fetch, asked };
}

describe('a tile log', () => {
  it('is believed under its own name and key alone', () => {
    expect(openCheckpoint(checkpoint(name), verifier)).toMatchObject({ size: 3n, root: emptyRoot });
    expect(() => openCheckpoint(checkpoint('other.example'), verifier)).toThrow(
      expect.objectContaining({ code: 'unknown-key' }),
    );
    const stranger = logVerifier(name, makeKey('ed25519').spki);
    expect(() => openCheckpoint(checkpoint(name), stranger)).toThrow(
      expect.objectContaining({ code: 'unknown-key' }),
    );
    expect(() => openCheckpoint(checkpoint(name).replace('\n3\n', '\n4\n'), verifier)).toThrow(
      expect.objectContaining({ code: 'bad-signature' }),
    );
    expect(() => openCheckpoint('<!doctype html>', verifier)).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  const entries = Array.from({ length: 256 }, (_, at) => utf8(`entry ${at}`));

  it('gives a partial bundle out of the full one, once the partial one is gone', async () => {
    const { fetch, asked } = serving({ 'tile/entries/000': formatEntryBundle(entries) });
    const read = await tileSource(fetch, verifier).entries(1n, 3n, 3n);
    expect(read.map(({ leaf }) => leaf)).toEqual(entries.slice(1, 3));
    expect(asked).toEqual(['tile/entries/000.p/3', 'tile/entries/000']);
  });

  it.each([
    ['short by an entry', formatEntryBundle(entries.slice(0, 2))],
    ['long by an entry', formatEntryBundle(entries.slice(0, 4))],
    ['cut off', formatEntryBundle(entries.slice(0, 3)).subarray(0, -1)],
  ])('refuses a bundle %s', async (_, bundle) => {
    const { fetch } = serving({ 'tile/entries/000.p/3': bundle });
    await expect(tileSource(fetch, verifier).entries(0n, 3n, 3n)).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

it('a tile of hashes that is cut off, or of another width, is refused', async () => {
  const whole = new Uint8Array(32 * 5);
  for (const bytes of [whole.subarray(1), whole.subarray(32), new Uint8Array(32 * 6)]) {
    const { fetch } = serving({ 'tile/0/000.p/5': bytes });
    await expect(tileSource(fetch, verifier).consistency(3n, 5n)).rejects.toMatchObject({
      code: 'malformed',
    });
  }
});

describe('an RFC 6962 log', () => {
  const ct = makeKey('ec');
  const treeHead = (size: number, timestamp = 1_700_000_000_000): string => {
    const message = concat(Uint8Array.of(0, 1), uintBytes(timestamp, 8), uintBytes(size, 8), emptyRoot);
    const signature = concat(Uint8Array.of(4, 3), vector(2, new Uint8Array(sign('sha256', message, ct.key))));
    return JSON.stringify({
      tree_size: size,
      timestamp,
      sha256_root_hash: toBase64(emptyRoot),
      tree_head_signature: toBase64(signature),
    });
  };

  it('is believed under its own key alone, whole', () => {
    expect(openTreeHead(treeHead(7), ct.spki)).toMatchObject({ size: 7n, at: new Date(1_700_000_000_000) });
    const bad = expect.objectContaining({ code: 'bad-signature' });
    expect(() => openTreeHead(treeHead(7), makeKey('ec').spki)).toThrow(bad);
    expect(() => openTreeHead(treeHead(7).replace('"tree_size":7', '"tree_size":8'), ct.spki)).toThrow(bad);
    expect(() => openTreeHead(treeHead(7).replace('1700000000000', '1700000000001'), ct.spki)).toThrow(bad);
  });

  it.each([
    '',
    'null',
    '7',
    '{}',
    '{"tree_size":-1}',
    treeHead(7).replace('"tree_size":7', '"tree_size":7.5'),
  ])('refuses %j as a head', (head) => {
    expect(() => openTreeHead(head, ct.spki)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('takes a shorter answer than asked for, never a longer or an empty one', async () => {
    const entry = { leaf_input: 'AA==', extra_data: '' };
    const path = 'ct/v1/get-entries?start=5&end=9';
    const answer = (count: number) => JSON.stringify({ entries: Array.from({ length: count }, () => entry) });
    const read = (count: number) =>
      rfc6962Source(serving({ [path]: answer(count) }).fetch, ct.spki).entries(5n, 10n, 10n);
    expect(await read(2)).toHaveLength(2);
    expect(await read(9)).toHaveLength(5);
    await expect(read(0)).rejects.toMatchObject({ code: 'malformed' });
  });
});
