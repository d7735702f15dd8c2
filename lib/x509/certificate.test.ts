import 'reflect-metadata';
import { X509Certificate as NodeCertificate, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { concat, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { element, octetString, oid, sequence, setOf, utf8String } from '#lib/encoding/der-writer.ts';
import { CertificateError, readCertificate, type Certificate } from './certificate.ts';
import { ChainError, verifyChain, type ChainQuestion } from './chain.ts';
import { keyPurpose, subjectAltNames } from './extensions.ts';
import { fulcioOid, readFulcioClaims, writeClaim } from './fulcio-oids.ts';
import { nameAttributes, nameText } from './name.ts';
import { isPrecertificate, poisonOid, sctListOid, tbsWithoutSctAndPoison } from './precertificate.ts';
import { embeddedScts, readSctList, writeSctList } from './sct.ts';

const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const at = new Date('2026-11-23T12:00:00Z');
const day = 86_400_000;

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

interface Wanted {
  readonly name: string;
  readonly issuer?: Authority;
  readonly from?: Date;
  readonly to?: Date;
  readonly extensions: x509.Extension[];
}

async function make(wanted: Wanted): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '0badc0ffee',
    issuer: wanted.issuer?.certificate.subject ?? wanted.name,
    subject: wanted.name,
    notBefore: wanted.from ?? new Date(at.getTime() - day),
    notAfter: wanted.to ?? new Date(at.getTime() + day),
    signingAlgorithm: p256,
    publicKey: keys.publicKey,
    signingKey: (wanted.issuer?.keys ?? keys).privateKey,
    extensions: wanted.extensions,
  });
  return { certificate, keys };
}

const authority = (pathLength?: number): x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
];
const signingPurpose = new x509.ExtendedKeyUsageExtension([keyPurpose.codeSigning], false);
const claim = (name: 'issuerV1' | 'issuer', value: string): x509.Extension =>
  new x509.Extension(
    fulcioOid(name),
    false,
    Uint8Array.from(writeClaim(name === 'issuer' ? 'der' : 'raw', value)),
  );
const read = (made: Authority): Certificate => readCertificate(new Uint8Array(made.certificate.rawData));

let root: Authority;
let intermediate: Authority;
let leaf: Authority;

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  root = await make({ name: 'CN=root, O=test', extensions: authority() });
  intermediate = await make({
    name: 'CN=intermediate, O=test',
    issuer: root,
    extensions: [...authority(0), signingPurpose],
  });
  leaf = await make({
    name: 'CN=ignored',
    issuer: intermediate,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      signingPurpose,
      new x509.SubjectAlternativeNameExtension([
        { type: 'email', value: 'ada@example.com' },
        { type: 'url', value: 'https://example.com/ada' },
      ]),
      claim('issuerV1', 'https://issuer.example'),
      claim('issuer', 'https://issuer.example'),
    ],
  });
});

describe('readCertificate', () => {
  it('reads the fields node:crypto and @peculiar/x509 read', () => {
    for (const made of [root, intermediate, leaf]) {
      const ours = read(made);
      const node = new NodeCertificate(Buffer.from(ours.encoding));
      expect(toHex(ours.serial)).toBe(node.serialNumber.toLowerCase());
      expect(ours.notBefore).toEqual(new Date(node.validFrom));
      expect(ours.notAfter).toEqual(new Date(node.validTo));
      expect(Buffer.from(ours.spki)).toEqual(node.publicKey.export({ format: 'der', type: 'spki' }));
      expect(Buffer.from(ours.issuer)).toEqual(Buffer.from(made.certificate.issuerName.toArrayBuffer()));
      expect(Buffer.from(ours.subject)).toEqual(Buffer.from(made.certificate.subjectName.toArrayBuffer()));
      expect([...ours.extensions.values()].map((found) => [found.oid, found.critical])).toEqual(
        made.certificate.extensions.map((found) => [found.type, found.critical]),
      );
    }
  });

  it('reads the names and claims of a leaf', () => {
    expect(subjectAltNames(read(leaf))).toEqual([
      { kind: 'email', value: 'ada@example.com' },
      { kind: 'uri', value: 'https://example.com/ada' },
    ]);
    const claims = readFulcioClaims(read(leaf));
    expect(claims).toEqual({ issuerV1: 'https://issuer.example', issuer: 'https://issuer.example' });
    expect(nameText(read(root).subject)).toBe('CN=root, O=test');
  });

  it('sees every attribute of a name, the second of one RDN too', () => {
    const pair = (value: string): Uint8Array => sequence(oid('2.5.4.3'), utf8String(value));
    const name = sequence(setOf(pair('a'), pair('b')), setOf(pair('c')));
    expect(nameAttributes(name).map(({ value }) => value)).toEqual(['a', 'b', 'c']);
  });

  it('refuses every certificate that is cut, lengthened, or not minimal, with its own error', () => {
    const good = read(leaf).encoding;
    for (let length = 0; length < good.length; length++) {
      expect(() => readCertificate(good.subarray(0, length))).toThrow(CertificateError);
    }
    expect(() => readCertificate(concat(good, Uint8Array.of(0)))).toThrow(CertificateError);
    expect(() => readCertificate(new Uint8Array(65 * 1024))).toThrow(CertificateError);
  });

  it('never throws anything but its own error, whichever single bit is flipped', () => {
    const good = read(leaf).encoding;
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bent = Uint8Array.from(good);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        const certificate = readCertificate(bent);
        subjectAltNames(certificate);
        readFulcioClaims(certificate);
      } catch (error) {
        expect(error).toBeInstanceOf(CertificateError);
      }
    }
  });

  it('survives deeply nested DER', () => {
    let nested: Uint8Array = Uint8Array.of(5, 0);
    while (nested.length < 55_000) nested = element(0x30, nested);
    expect(() => readCertificate(nested)).toThrow(CertificateError);
  });

  it.each([-1, 1])('refuses an extension whose value is %i bytes too long for it', async (more) => {
    const made = await make({ name: 'CN=x', extensions: [claim('issuerV1', 'aaaa'), claim('issuer', 'b')] });
    const encoding = new Uint8Array(made.certificate.rawData);
    const at = Buffer.from(encoding).indexOf('aaaa') - 1;
    expect(encoding[at]).toBe(4);
    expect(readCertificate(encoding).extensions.size).toBe(2);
    encoding[at] = 4 + more;
    expect(() => readCertificate(encoding)).toThrow(CertificateError);
  });

  it('refuses an extension that stands there twice', async () => {
    const twice = await make({ name: 'CN=x', extensions: [claim('issuer', 'a'), claim('issuer', 'b')] });
    expect(() => read(twice)).toThrow(CertificateError);
  });
});

describe('precertificates', () => {
  it('lead to the same signed bytes as the certificate they announce', async () => {
    const extensions = [claim('issuer', 'https://issuer.example')];
    const plain = await make({ name: 'CN=x', extensions });
    const poison = new x509.Extension(poisonOid, true, Uint8Array.of(5, 0));
    const list = new x509.Extension(sctListOid, false, Uint8Array.from(octetString(writeSctList([sct]))));
    const rebuilt = tbsWithoutSctAndPoison(read(plain));
    expect(rebuilt).toEqual(read(plain).tbs);
    const pre = read(await make({ name: 'CN=x', extensions: [...extensions, poison] }));
    expect(isPrecertificate(pre)).toBe(true);
    const stripped = tbsWithoutSctAndPoison(pre);
    expect(stripped.length).toBe(pre.tbs.length - poison.rawData.byteLength);
    const final = read(await make({ name: 'CN=x', extensions: [...extensions, list] }));
    expect(embeddedScts(final)).toEqual([sct]);
    expect(Buffer.from(tbsWithoutSctAndPoison(final)).includes(Buffer.from(oid(sctListOid)))).toBe(false);
  });
});

const sct = {
  logId: new Uint8Array(32).fill(9),
  timestamp: 1_800_000_000_123n,
  extensions: new Uint8Array(0),
  signature: utf8('signature'),
};

describe('SCT lists', () => {
  it('read back, and refuse what is cut or lengthened', () => {
    const list = writeSctList([sct, sct]);
    expect(readSctList(list)).toEqual([sct, sct]);
    for (let length = 0; length < list.length; length++) {
      expect(() => readSctList(list.subarray(0, length))).toThrow();
    }
    expect(() => readSctList(concat(list, Uint8Array.of(0)))).toThrow();
  });
});

describe('verifyChain', () => {
  const question = (changes: Partial<ChainQuestion> = {}): ChainQuestion => ({
    leaf: read(leaf),
    intermediates: [read(intermediate)],
    roots: [read(root)],
    at,
    purpose: keyPurpose.codeSigning,
    verifySignature: verifyCertificateSignature,
    ...changes,
  });

  it('finds the path', async () => {
    const path = await verifyChain(question());
    expect(path.map(({ subject }) => nameText(subject))).toEqual([
      'CN=ignored',
      'CN=intermediate, O=test',
      'CN=root, O=test',
    ]);
  });

  const failing: [string, string, () => Promise<Partial<ChainQuestion>>][] = [
    ['no root', 'no-path-to-root', async () => ({ roots: [] })],
    ['no intermediate', 'no-path-to-root', async () => ({ intermediates: [] })],
    [
      'a root of the same name but another key',
      'bad-signature',
      async () => ({ roots: [read(await make({ name: 'CN=root, O=test', extensions: authority() }))] }),
    ],
    ['after the end', 'outside-validity', async () => ({ at: new Date(at.getTime() + 2 * day) })],
    ['before the start', 'outside-validity', async () => ({ at: new Date(at.getTime() - 2 * day) })],
    ['another purpose', 'wrong-key-purpose', async () => ({ purpose: keyPurpose.timeStamping })],
    ['an authority as leaf', 'wrong-key-purpose', async () => ({ leaf: read(intermediate) })],
    [
      'a leaf as issuer',
      'not-an-authority',
      async () => {
        const below = await make({ name: 'CN=y', issuer: leaf, extensions: [signingPurpose] });
        return { leaf: read(below), intermediates: [read(intermediate), read(leaf)] };
      },
    ],
    [
      'a second intermediate where none is allowed',
      'path-too-long',
      async () => {
        const second = await make({
          name: 'CN=second',
          issuer: intermediate,
          extensions: [...authority(), signingPurpose],
        });
        const below = await make({ name: 'CN=y', issuer: second, extensions: [signingPurpose] });
        return { leaf: read(below), intermediates: [read(intermediate), read(second)] };
      },
    ],
    [
      'a critical extension nobody knows',
      'unknown-critical-extension',
      async () => {
        const odd = new x509.Extension('1.2.3.4', true, Uint8Array.of(5, 0));
        const made = await make({ name: 'CN=y', issuer: intermediate, extensions: [signingPurpose, odd] });
        return { leaf: read(made) };
      },
    ],
  ];

  it.each(failing)('refuses %s', async (_, code, change) => {
    const failure = await verifyChain(question(await change())).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChainError);
    expect((failure as ChainError).code).toBe(code);
  });
});
