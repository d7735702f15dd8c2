/** An authority that certifies whatever a test wants said, hostile text included, and the Rekor v2 leaves made with it. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import {
  bitString,
  derBoolean,
  explicit,
  implicit,
  octetString,
  oid,
  sequence,
  time,
  unsigned,
} from '#lib/encoding/der-writer.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { extensionOid, keyPurpose } from '#lib/x509/extensions.ts';
import { fulcioOids, writeClaim, type FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { writeName } from '#lib/x509/name.ts';

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

export interface Said {
  readonly email?: string;
  readonly uri?: string;
  /** Any other GeneralName, encoded. */
  readonly name?: Uint8Array;
  readonly claims?: FulcioClaims;
  readonly notBefore?: Date;
  /** A further extension, e.g. a poison. */
  readonly extra?: Uint8Array;
  readonly subject?: Uint8Array;
  /** Of the key that is certified. */
  readonly curve?: 'P-256' | 'P-384';
}

export class TestAuthority {
  readonly certificate: Uint8Array;
  private readonly key: KeyObject;
  private readonly name = writeName('test', randomBytes(4).toString('hex'));

  constructor() {
    const { privateKey, publicKey } = newKey();
    this.key = privateKey;
    const constraints = extension(extensionOid.basicConstraints, true, sequence(derBoolean(true)));
    const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2040-01-01T00:00:00Z')];
    this.certificate = this.signed(tbs(this.name, this.name, from, to, publicKey, [constraints]));
  }

  /** A leaf certificate, valid ten minutes. */
  certify(said: Said): Uint8Array {
    return this.signed(this.leafTbs(said));
  }

  leafTbs({
    email,
    uri,
    name,
    claims = {},
    notBefore = new Date(),
    extra,
    subject = sequence(),
    curve,
  }: Said): Uint8Array {
    const names = [
      ...(email === undefined ? [] : [implicit(1, utf8(email))]),
      ...(uri === undefined ? [] : [implicit(6, utf8(uri))]),
      ...(name === undefined ? [] : [name]),
    ];
    const from = new Date(Math.floor(notBefore.getTime() / 1000) * 1000);
    return tbs(this.name, subject, from, new Date(from.getTime() + 600_000), newKey(curve).publicKey, [
      extension(extensionOid.extendedKeyUsage, false, sequence(oid(keyPurpose.codeSigning))),
      ...(names.length === 0 ? [] : [extension(extensionOid.subjectAltName, true, sequence(...names))]),
      ...fulcioOids.flatMap(({ name, oid: number, encoding }) => {
        const value = claims[name];
        return value === undefined ? [] : [extension(number, false, writeClaim(encoding, value))];
      }),
      ...(extra === undefined ? [] : [extra]),
    ]);
  }

  signed(toBeSigned: Uint8Array): Uint8Array {
    const signature = new Uint8Array(sign('sha256', toBeSigned, this.key));
    return sequence(toBeSigned, ecdsaWithSha256, bitString(signature));
  }

  /** As certificateAuthorities of trusted_root.json lists it. */
  listing(): object {
    return {
      uri: 'https://ca.test',
      certChain: { certificates: [{ rawBytes: toBase64(this.certificate) }] },
      validFor: { start: '2020-01-01T00:00:00Z' },
    };
  }
}

/** A leaf of a Rekor v2 log; the signature is not one, no monitor checks it (the log does). */
export function rekorLeaf(certificate: Uint8Array, digest: Uint8Array = sha256(randomBytes(8))): Uint8Array {
  return formatHashedRekord({
    digestAlgorithm: 'SHA2_256',
    digest,
    signature: new Uint8Array(randomBytes(70)),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    verifier: { kind: 'certificate', bytes: certificate },
  });
}

function newKey(namedCurve = 'P-256'): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve });
}

function tbs(
  issuer: Uint8Array,
  subject: Uint8Array,
  from: Date,
  to: Date,
  publicKey: KeyObject,
  extensions: readonly Uint8Array[],
): Uint8Array {
  return sequence(
    explicit(0, unsigned(2)),
    unsigned(randomBytes(12)),
    ecdsaWithSha256,
    issuer,
    sequence(time(from), time(to)),
    subject,
    new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    explicit(3, sequence(...extensions)),
  );
}

function extension(number: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(number), ...(critical ? [derBoolean(true)] : []), octetString(value));
}
