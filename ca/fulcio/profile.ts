/**
 * The leaf certificate, RFC 5280 §4.1, written by hand since this is the hot path. The order of extensions never changes:
 * precertificate and certificate must be the same bytes but for the last one, which is poison in the one and the list
 * of SCTs in the other.
 */
import { utf8 } from '#lib/encoding/bytes.ts';
import { tag } from '#lib/encoding/der-reader.ts';
import {
  bitString,
  derBoolean,
  element,
  explicit,
  implicit,
  octetString,
  oid,
  sequence,
  time,
  unsigned,
  utf8String,
} from '#lib/encoding/der-writer.ts';
import { sha256 } from '#crypto/sha256.ts';
import { extensionOid, keyPurpose } from '#lib/x509/extensions.ts';
import { fulcioOids, usernameOtherNameOid, writeClaim } from '#lib/x509/fulcio-oids.ts';
import type { Identity } from '../oidc/identity.ts';

export interface LeafFields {
  /** At most 20 octets, the first bit clear. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  readonly identity: Pick<Identity, 'subjectAltName' | 'claims'>;
}

export interface IssuerFields {
  readonly signatureAlgorithm: Uint8Array;
  /** Subject of the issuing certificate, byte for byte. */
  readonly name: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

export const leafLifetimeMs = 10 * 60_000;

/** TBSCertificate with `last` (poison or SCT list) as its last extension. */
export function leafTbs(issuer: IssuerFields, leaf: LeafFields, last: Uint8Array): Uint8Array {
  return sequence(
    version3,
    unsigned(leaf.serial),
    issuer.signatureAlgorithm,
    issuer.name,
    sequence(time(leaf.notBefore), time(leaf.notAfter)),
    emptyName,
    leaf.spki,
    explicit(3, sequence(...leafExtensions(issuer, leaf), last)),
  );
}

export function signedCertificate(
  tbs: Uint8Array,
  signatureAlgorithm: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  return sequence(tbs, signatureAlgorithm, bitString(signature));
}

// Hot path: what never changes is encoded once.
const version3 = explicit(0, unsigned(2));
const emptyName = sequence();
// BIT STRING with seven unused bits: digitalSignature(0) alone.
const digitalSignature = extension(
  oid(extensionOid.keyUsage),
  element(tag.bitString, Uint8Array.of(7, 0x80)),
  'critical',
);
const codeSigning = extension(oid(extensionOid.extendedKeyUsage), sequence(oid(keyPurpose.codeSigning)));
const oids = {
  subjectKeyIdentifier: oid(extensionOid.subjectKeyIdentifier),
  authorityKeyIdentifier: oid(extensionOid.authorityKeyIdentifier),
  subjectAltName: oid(extensionOid.subjectAltName),
  username: oid(usernameOtherNameOid),
};
const claimOids = fulcioOids.map((claim) => ({ ...claim, der: oid(claim.oid) }));

function leafExtensions(issuer: IssuerFields, { spki, identity }: LeafFields): Uint8Array[] {
  // RFC 7093 §2 method 1: the leftmost 160 bits of a SHA-256.
  const keyIdentifier = octetString(sha256(spki).subarray(0, 20));
  const authority = sequence(implicit(0, issuer.keyIdentifier));
  const claims = claimOids.flatMap(({ name, encoding, der }) => {
    const value = identity.claims[name];
    return value === undefined || value === ''
      ? []
      : [sequence(der, octetString(writeClaim(encoding, value)))];
  });
  return [
    digitalSignature,
    codeSigning,
    extension(oids.subjectKeyIdentifier, keyIdentifier),
    extension(oids.authorityKeyIdentifier, authority),
    // Critical since the subject is empty (§4.2.1.6).
    extension(oids.subjectAltName, sequence(generalName(identity.subjectAltName)), 'critical'),
    ...claims,
  ];
}

function generalName({ kind, value }: Identity['subjectAltName']): Uint8Array {
  switch (kind) {
    case 'email':
      return implicit(1, utf8(value));
    case 'uri':
      return implicit(6, utf8(value));
    case 'username':
      return explicit(0, oids.username, explicit(0, utf8String(value)));
  }
}

function extension(id: Uint8Array, value: Uint8Array, critical?: 'critical'): Uint8Array {
  return critical === undefined
    ? sequence(id, octetString(value))
    : sequence(id, derBoolean(true), octetString(value));
}
