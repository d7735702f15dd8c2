import { expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, fromHex, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { readMinisign, readMinisignLine } from './minisign-key.ts';

// The key of minisign's own manual, and the key id that stands there.
const line = 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3';
const raw = Buffer.from(line, 'base64').subarray(10);
const print = toHex(sha256(concat(fromHex('302a300506032b6570032100') ?? raw, raw)));
const b64 = (text: string) => toBase64(utf8(text));
const spec = (publicKey: string, content = '') => ({
  signature: { format: 'minisign', content: b64(content), publicKey: { content: b64(publicKey) } },
});
const named = (given: object) => {
  const read = readMinisign(given);
  return [toHex(read?.fingerprint ?? new Uint8Array(0)), read?.identities.map(({ value }) => value)];
};

it('knows a key by its fingerprint and the key id that minisign prints, whole or as Rekor keeps it', () => {
  const signature = `untrusted comment: x\n${toBase64(concat(Buffer.from(line, 'base64').subarray(0, 10), new Uint8Array(64)))}`;
  const both = [print, ['minisign:e7620f1842b4e81f']];
  expect(named(spec(`untrusted comment: minisign public key E7620F1842B4E81F\n${line}\n`))).toEqual(both);
  expect(named(spec(toBase64(raw), signature))).toEqual(both);
  expect(named(spec(toBase64(raw)))).toEqual([print, []]);
});

it('takes nothing else for one', () => {
  expect(
    readMinisign({ ...spec(line), signature: { ...spec(line).signature, format: 'pgp' } }),
  ).toBeUndefined();
  expect(named(spec('RWQf6LRC'))).toEqual(['', []]);
  expect(named(spec('nonsense', 'untrusted comment:'))).toEqual(['', []]);
});

it('reads the line of a .pub file, with its comment run together or not', () => {
  for (const typed of [line, `untrusted comment: minisign public key E7620F1842B4E81F ${line}\n`])
    expect(toHex(readMinisignLine(typed) ?? new Uint8Array(0))).toBe(print);
  for (const typed of [line.slice(1), `${line}A`, `jane ${line}`])
    expect(readMinisignLine(typed)).toBeUndefined();
});
