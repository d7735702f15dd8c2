import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { lintChain } from './lint-chain.ts';

x509.cryptoProvider.set(webcrypto as unknown as Crypto);
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const now = new Date();
const day = 86_400_000;
const codeSigning = '1.3.6.1.5.5.7.3.3';
const serverAuth = '1.3.6.1.5.5.7.3.1';

interface Made {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

interface Wanted {
  readonly subject?: string;
  readonly issuer?: Made;
  readonly keys?: CryptoKeyPair;
  readonly serial?: string;
  readonly fromDays?: number;
  readonly days?: number;
  readonly pathLength?: number | undefined;
  readonly purposes?: string[];
  readonly without?: string;
  readonly extra?: x509.Extension[];
}

const newKeys = (algorithm: object = p256) =>
  webcrypto.subtle.generateKey(algorithm as EcKeyGenParams, true, [
    'sign',
    'verify',
  ]) as Promise<CryptoKeyPair>;

async function make(wanted: Wanted): Promise<Made> {
  const keys = wanted.keys ?? (await newKeys());
  const { issuer, pathLength, without } = wanted;
  const extensions = [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ...(issuer === undefined
      ? []
      : [new x509.ExtendedKeyUsageExtension(wanted.purposes ?? [codeSigning], false)]),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create((issuer?.keys ?? keys).publicKey),
    ...(wanted.extra ?? []),
  ].filter(({ type }) => type !== without);
  const subject = wanted.subject ?? 'CN=Issuing';
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: wanted.serial ?? '01',
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore: new Date(now.getTime() + (wanted.fromDays ?? -1) * day),
    notAfter: new Date(now.getTime() + (wanted.days ?? 400) * day),
    signingAlgorithm: p256,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    extensions,
  });
  return { certificate, keys };
}

const read = ({ certificate }: Made): Certificate => readCertificate(new Uint8Array(certificate.rawData));
const lint = (...made: Made[]) => {
  const chain = made.map(read);
  return lintChain(chain, chain[0]?.spki ?? new Uint8Array(), now).map(
    ({ clause, problem }) => `${clause}: ${problem}`,
  );
};

let root: Made;
let issuing: Made;
beforeAll(async () => {
  root = await make({ subject: 'CN=Root', days: 4000 });
  issuing = await make({ issuer: root, pathLength: 0 });
});

describe('a chain', () => {
  it('that clients accept has no fault', () => {
    expect(lint(issuing, root)).toEqual([]);
  });

  it.each([
    ['a subject key identifier', { without: '2.5.29.14' }, '§4.2.1.2: Certificate 1 lacks a subject key'],
    ['an authority key identifier', { without: '2.5.29.35' }, '§4.2.1.1: Certificate 1 lacks the authority'],
    ['a key usage', { without: '2.5.29.15' }, '§4.2.1.3: Certificate 1 lacks a critical key usage'],
    ['basic constraints', { without: '2.5.29.19' }, '§4.2.1.9: Certificate 1 lacks critical basic'],
    ['a path length', { pathLength: undefined }, '§4.2.1.9: Certificate 1 issues certificates for people'],
    ['a path length of 0', { pathLength: 1 }, '§4.2.1.9: Certificate 1 issues certificates for people'],
    [
      'a purpose of its own',
      { purposes: [codeSigning, serverAuth] },
      '§4.2.1.12: Certificate 1 is for more than code signing',
    ],
    ['a subject', { subject: '' }, '§4.1.2.6: Certificate 1 has no subject'],
    ['a short serial', { serial: '01'.repeat(21) }, '§4.1.2.2: Certificate 1 has a serial'],
    ['thirty days', { days: 20 }, '§4.1.2.5: Certificate 1 is not valid now and for 30 days'],
    ['a beginning', { fromDays: 1 }, '§4.1.2.5: Certificate 1 is not valid now'],
    ['an issuer that lives as long', { days: 4100 }, '§6.1.3: Certificate 1 outlives'],
  ])('without %s is refused with the clause', async (_, wanted, expected) => {
    const bad = await make({ issuer: root, pathLength: 0, ...wanted });
    expect(lint(bad, root).join('\n')).toContain(expected);
  });

  it('with an Ed25519 key is refused: two of the clients cannot verify what it signs', async () => {
    const keys = await newKeys({ name: 'Ed25519' });
    expect(lint(await make({ issuer: root, keys }), root).join()).toContain('has a key that is not ECDSA');
  });

  it('in the wrong order, of one certificate, or with a stranger’s root is refused', async () => {
    expect(lint(root, issuing).join()).toContain('§6.1.3: Certificate 1 is not signed by the next one');
    expect(lint(issuing).join()).toContain('needs the issuing certificate first and its root last');
    const namesake = await make({ subject: 'CN=Root', days: 4000 });
    expect(lint(issuing, namesake).join()).toContain('Certificate 1 is not signed by the next one');
  });

  it('that ends in a cross-signed copy of the root is refused', async () => {
    const elder = await make({ subject: 'CN=Elder', days: 5000 });
    const crossSigned = await make({ subject: 'CN=Root', keys: root.keys, issuer: elder, days: 4000 });
    expect(lint(issuing, crossSigned).join()).toContain('§3.2: Certificate 2 is last and not self-signed');
  });

  it('longer than one of its members allows is refused', async () => {
    const short = await make({ subject: 'CN=Short root', days: 4000, pathLength: 0 });
    const middle = await make({ subject: 'CN=Middle', issuer: short, days: 2000 });
    const below = await make({ issuer: middle });
    expect(lint(below, middle, short).join()).toContain('Certificate 3 allows fewer authorities below it');
  });

  it('for another key than ours is refused', () => {
    const faults = lintChain([read(issuing), read(root)], read(root).spki, now);
    expect(faults.map(({ clause }) => clause)).toEqual(['RFC 2986 §3']);
  });
});
