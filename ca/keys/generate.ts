/**
 * The key set of a fresh installation: a root that can go offline, the online intermediate for code signing, and the
 * timestamp key. Made once with @peculiar/x509; hot paths never come near it.
 */
import 'reflect-metadata';
import { createPublicKey, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { keyPurpose } from '#lib/x509/extensions.ts';

const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMs = 365 * 86_400_000;
// A client whose clock is a little behind must still find the chain valid.
const clockSlackMs = 5 * 60_000;

/** Contents by file name. `chain.pem` is intermediate, root; `tsa-chain.pem` is leaf, root. */
export type KeySet = Readonly<Record<KeySetFile, string>>;
export type KeySetFile =
  'root.key.pem' | 'intermediate.key.pem' | 'chain.pem' | 'tsa.key.pem' | 'tsa-chain.pem';

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

export async function generateKeySet(organization: string, now: Date): Promise<KeySet> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const root = await makeRoot(organization, now);
  const intermediate = await makeIntermediate(root, organization, now);
  const tsa = await makeTimestamper(root, organization, now);
  return {
    'root.key.pem': await privatePem(root),
    'intermediate.key.pem': await privatePem(intermediate),
    'chain.pem': certificatePem(intermediate) + certificatePem(root),
    'tsa.key.pem': await privatePem(tsa),
    'tsa-chain.pem': certificatePem(tsa) + certificatePem(root),
  };
}

/** A root whose key is at hand. */
export interface RootAtHand {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

/** Both in PEM. */
export interface Generated {
  readonly key: string;
  readonly certificate: string;
}

export async function generateIntermediate(
  root: RootAtHand,
  organization: string,
  now: Date,
): Promise<Generated> {
  return inPem(await makeIntermediate(await openRoot(root), organization, now));
}

export async function generateTimestamper(
  root: RootAtHand,
  organization: string,
  now: Date,
): Promise<Generated> {
  return inPem(await makeTimestamper(await openRoot(root), organization, now));
}

async function inPem(made: Authority): Promise<Generated> {
  return { key: await privatePem(made), certificate: certificatePem(made) };
}

async function openRoot(root: RootAtHand): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const certificate = new x509.X509Certificate(Uint8Array.from(root.certificate));
  const pkcs8 = Uint8Array.from(root.key.export({ format: 'der', type: 'pkcs8' }));
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, p256, false, ['sign']);
  const publicKey = await certificate.publicKey.export(p256, ['verify']);
  return { certificate, keys: { privateKey, publicKey } };
}

/** PKCS#10 for another authority to sign, asking for what our clients need (RFC 2986, RFC 2985 §5.4.2). */
export async function generateRequest(key: KeyObject, name: string): Promise<string> {
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const pkcs8 = Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' }));
  const spki = Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, p256, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', spki, p256, true, ['verify']),
  };
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: p256,
    extensions: [
      ...intermediateExtensions(),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem('CERTIFICATE REQUEST', new Uint8Array(request.rawData));
}

function makeIntermediate(root: Authority, organization: string, now: Date): Promise<Authority> {
  const name = `O=${organization}, CN=${organization} intermediate`;
  return makeBelow(root, { name, years: 3, now, extensions: intermediateExtensions() });
}

function makeTimestamper(root: Authority, organization: string, now: Date): Promise<Authority> {
  const extensions = [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    // RFC 3161 §2.3: one purpose only, and critical.
    new x509.ExtendedKeyUsageExtension([keyPurpose.timeStamping], true),
  ];
  return makeBelow(root, {
    name: `O=${organization}, CN=${organization} timestamps`,
    years: 3,
    now,
    extensions,
  });
}

function intermediateExtensions(): x509.Extension[] {
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    // Not critical: pyca refuses a critical one on an authority.
    new x509.ExtendedKeyUsageExtension([keyPurpose.codeSigning], false),
    new x509.BasicConstraintsExtension(true, 0, true),
  ];
}

async function makeRoot(organization: string, now: Date): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `O=${organization}, CN=${organization} root`,
    ...validity(10, now),
    signingAlgorithm: p256,
    keys,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

interface Wanted {
  readonly name: string;
  readonly years: number;
  readonly now: Date;
  readonly extensions: readonly x509.Extension[];
}

async function makeBelow(issuer: Authority, wanted: Wanted): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    issuer: issuer.certificate.subject,
    subject: wanted.name,
    ...validity(wanted.years, wanted.now),
    signingAlgorithm: p256,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      ...wanted.extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return { certificate, keys };
}

function makeKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
}

function validity(years: number, now: Date): { notBefore: Date; notAfter: Date } {
  const start = Math.floor((now.getTime() - clockSlackMs) / 1000) * 1000;
  return { notBefore: new Date(start), notAfter: new Date(start + years * yearMs) };
}

/** 127 random bits after a leading one: positive, and never the same length problem twice. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return toHex(bytes);
}

function certificatePem({ certificate }: Authority): string {
  return toPem('CERTIFICATE', new Uint8Array(certificate.rawData));
}

async function privatePem({ keys }: Authority): Promise<string> {
  return toPem('PRIVATE KEY', new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)));
}
