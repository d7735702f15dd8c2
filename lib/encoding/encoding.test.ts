import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromBase64Url, fromProtoBase64, toBase64, toBase64Url } from './base64.ts';
import { compare, concat, fromHex, toHex, uintBytes } from './bytes.ts';
import { DerError, readOid, readSingle, readTime, readUnsigned, tag } from './der-reader.ts';
import { element, oid, setOf, time, unsigned } from './der-writer.ts';
import { fromPem, toPem } from './pem.ts';

describe('base64', () => {
  it('agrees with Node for every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(fromProtoBase64(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'AA', 'AB==', 'AAB=', 'A A=', 'AA==\n', '-_==', 'AAA', '====', 'A==='])(
    'refuses %j',
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );
});

describe('bytes', () => {
  it('round-trips hex and orders as memcmp', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(fromHex(toHex(a))).toEqual(a);
        expect(Math.sign(compare(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  it('refuses a number that does not fit', () => {
    expect(uintBytes(65_535, 2)).toEqual(Uint8Array.of(255, 255));
    expect(() => uintBytes(65_536, 2)).toThrow(RangeError);
  });
});

describe('DER', () => {
  it('reads back what it writes, at every length form', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const contents = new Uint8Array(length).fill(7);
      expect(readSingle(element(tag.octetString, contents)).contents).toEqual(contents);
    }
  });

  it.each([
    ['indefinite length', [0x30, 0x80, 0, 0]],
    ['non-minimal length', [0x04, 0x81, 0x01, 0]],
    ['length with leading zero', [0x04, 0x82, 0x00, 0x80]],
    ['four-byte length past the end', [0x04, 0x84, 0xff, 0xff, 0xff, 0xff]],
    ['trailing byte', [0x05, 0x00, 0x00]],
    ['multi-byte tag', [0x1f, 0x81, 0x00, 0x00]],
    ['cut off', [0x04, 0x05, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(() => readSingle(Uint8Array.from(bytes))).toThrow(DerError);
  });

  it('writes and reads object identifiers', () => {
    for (const dotted of [
      '2.5.29.17',
      '1.3.6.1.4.1.57264.1.24',
      '2.999.1',
      '0.9.2342',
      '1.2.840.113549.1.9.16.1.4',
    ]) {
      expect(readOid(readSingle(oid(dotted), tag.oid).contents)).toBe(dotted);
    }
    expect(() => readOid(Uint8Array.of(0x2a, 0x80, 0x01))).toThrow(DerError);
    expect(() => readOid(Uint8Array.of(0x2a, 0x86))).toThrow(DerError);
  });

  it('keeps integers minimal and positive', () => {
    expect(unsigned(Uint8Array.of(0, 0, 0x80))).toEqual(Uint8Array.of(2, 2, 0, 0x80));
    expect(readUnsigned(readSingle(unsigned(Uint8Array.of(0x80))).contents)).toEqual(Uint8Array.of(0x80));
    expect(() => readUnsigned(Uint8Array.of(0x80))).toThrow(DerError);
    expect(() => readUnsigned(Uint8Array.of(0, 1))).toThrow(DerError);
  });

  it('orders a SET OF by encoding', () => {
    const [a, b] = [
      element(tag.octetString, Uint8Array.of(2)),
      element(tag.octetString, Uint8Array.of(1, 9)),
    ];
    expect(setOf(a, b)).toEqual(element(tag.set, concat(a, b)));
    expect(setOf(b, a)).toEqual(setOf(a, b));
  });

  it('writes times as RFC 5280 wants them and refuses dates that do not exist', () => {
    for (const iso of ['1999-12-31T23:59:59.000Z', '2026-11-23T04:00:00.000Z', '2051-01-01T00:00:00.000Z']) {
      expect(readTime(readSingle(time(new Date(iso)))).toISOString()).toBe(iso);
    }
    expect(() =>
      readTime(readSingle(element(tag.utcTime, new TextEncoder().encode('260230000000Z')))),
    ).toThrow(DerError);
  });
});

describe('PEM', () => {
  it('reads back its own blocks and refuses text around them', () => {
    const bytes = new Uint8Array(200).fill(3);
    const text = toPem('CERTIFICATE', bytes) + toPem('PUBLIC KEY', bytes);
    expect(fromPem(text)).toEqual([
      { label: 'CERTIFICATE', bytes },
      { label: 'PUBLIC KEY', bytes },
    ]);
    expect(fromPem(`hello\n${text}`)).toBeUndefined();
    expect(fromPem(text.replace('END CERTIFICATE', 'END PUBLIC KEY'))).toBeUndefined();
  });
});
