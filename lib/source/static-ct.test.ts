import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, uintBytes, utf8 } from '#lib/encoding/bytes.ts';
import { vector } from '#lib/encoding/tls-presentation.ts';
import { formatNote } from '#lib/note/signed-note.ts';
import { writeDigitallySigned } from '#lib/x509/sct.ts';
import { SourceError } from './log-source.ts';
import { openStaticHead, staticCtKeyId, staticCtSource } from './static-ct.ts';

const origin = 'ct.example/2026';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
const root = sha256(utf8('root'));

function head(size: number, named = origin): string {
  const statement = concat(Uint8Array.of(0, 1), uintBytes(1_700_000_000_000, 8), uintBytes(size, 8), root);
  const signed = writeDigitallySigned(new Uint8Array(sign('sha256', statement, privateKey)));
  const signature = concat(uintBytes(1_700_000_000_000, 8), signed);
  const line = { name: named, keyId: staticCtKeyId(named, spki), signature };
  return formatNote({ text: `${named}\n${size}\n${toBase64(root)}\n`, signatures: [line] });
}

it('believes a checkpoint that the log of that name signed with its RFC 6962 key, and no other', () => {
  expect(openStaticHead(head(7), origin, spki)).toMatchObject({
    size: 7n,
    root,
    at: new Date(1_700_000_000_000),
  });
  const code = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return error instanceof SourceError ? error.code : error;
    }
  };
  expect(code(() => openStaticHead(head(7).replace('\n7\n', '\n8\n'), origin, spki))).toBe('bad-signature');
  expect(code(() => openStaticHead(head(7, 'ct.example/2025'), origin, spki))).toBe('unknown-key');
  expect(code(() => openStaticHead('<html>', origin, spki))).toBe('malformed');
});

const timestamp = uintBytes(5, 8);
const certificate = utf8('certificate');
const [tbs, precertificate, issuer] = [utf8('tbs'), utf8('precertificate'), sha256(utf8('issuer'))];
const chain = vector(2, concat(issuer, issuer));
const x509Entry = concat(timestamp, uintBytes(0, 2), vector(3, certificate), vector(2, new Uint8Array(0)));
const precertEntry = concat(timestamp, uintBytes(1, 2), issuer, vector(3, tbs), vector(2, new Uint8Array(0)));
const tile = concat(x509Entry, chain, precertEntry, vector(3, precertificate), chain);
const serving = (bytes: Uint8Array) =>
  staticCtSource(
    async (path) => {
      expect(path).toBe('tile/data/000.p/2');
      return bytes;
    },
    origin,
    spki,
  );

it('gives entries of a data tile as RFC 6962 hashes them, with the precertificate beside', async () => {
  const [plain, pre] = await serving(tile).entries(0n, 2n, 2n);
  expect(plain?.leaf).toEqual(concat(new Uint8Array(2), x509Entry));
  expect(plain?.extraData).toEqual(new Uint8Array(3));
  expect(pre?.leaf).toEqual(concat(new Uint8Array(2), precertEntry));
  expect(pre?.extraData).toEqual(concat(vector(3, precertificate), new Uint8Array(3)));
});

it.each([
  ['cut off', tile.subarray(0, -1)],
  ['with bytes behind', concat(tile, Uint8Array.of(0))],
  ['of an unknown entry type', concat(timestamp, uintBytes(9, 2), tile)],
])('refuses a data tile %s', async (_, bytes) => {
  await expect(serving(bytes).entries(0n, 2n, 2n)).rejects.toMatchObject({ code: 'malformed' });
});
