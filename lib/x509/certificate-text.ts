/** A certificate as lines for people: what stands in it, in the order of the certificate, claims by their names. */
import { toHex } from '#lib/encoding/bytes.ts';
import { keyTypeOf } from '#lib/identity/key-type.ts';
import type { Certificate } from './certificate.ts';
import { extensionOid, subjectAltNames } from './extensions.ts';
import { fulcioOids, readFulcioClaims } from './fulcio-oids.ts';
import { nameText } from './name.ts';
import { poisonOid, sctListOid } from './precertificate.ts';
import { embeddedScts } from './sct.ts';

export interface CertificateLine {
  readonly label: string;
  /** A stranger's text: show it escaped. */
  readonly value: string;
}

/** What does not read is shown as its bytes. */
export function certificateLines(certificate: Certificate): CertificateLine[] {
  const { serial, issuer, subject, notBefore, notAfter, spki, signatureAlgorithm } = certificate;
  return [
    { label: 'Serial', value: toHex(serial) },
    { label: 'Issuer', value: readable(issuer, nameText) },
    { label: 'Subject', value: readable(subject, nameText) || 'empty' },
    { label: 'Valid from', value: notBefore.toISOString() },
    { label: 'Valid to', value: notAfter.toISOString() },
    { label: 'Key', value: keyTypeOf(spki) ?? toHex(spki) },
    ...[...certificate.extensions.values()].flatMap(({ oid, value, critical }) =>
      extensionLines(certificate, oid, value).map((line) => ({
        ...line,
        label: critical ? `${line.label} (critical)` : line.label,
      })),
    ),
    { label: 'Signed with', value: signatureAlgorithm },
  ];
}

const names: Readonly<Record<string, string>> = {
  [extensionOid.subjectKeyIdentifier]: 'Key identifier',
  [extensionOid.keyUsage]: 'Key usage',
  [extensionOid.basicConstraints]: 'Basic constraints',
  [extensionOid.authorityKeyIdentifier]: 'Key identifier of the issuer',
  [extensionOid.extendedKeyUsage]: 'Extended key usage',
  [poisonOid]: 'Poison: a precertificate',
};

function extensionLines(certificate: Certificate, oid: string, value: Uint8Array): CertificateLine[] {
  try {
    if (oid === extensionOid.subjectAltName)
      return subjectAltNames(certificate).map((name) => ({
        label: `Name, ${name.kind}`,
        value: name.kind === 'unknown' ? toHex(name.contents) : name.value,
      }));
    if (oid === sctListOid)
      return embeddedScts(certificate).map(({ logId, timestamp }) => ({
        label: 'Promised by the certificate log',
        value: `${toHex(logId)} at ${new Date(Number(timestamp)).toISOString()}`,
      }));
    const claim = fulcioOids.find((known) => known.oid === oid);
    const said = claim && readFulcioClaims(certificate)[claim.name];
    if (claim !== undefined && said !== undefined) return [{ label: claim.name, value: said }];
  } catch {
    // Its bytes say what it is.
  }
  return [{ label: names[oid] ?? oid, value: toHex(value) }];
}

function readable(bytes: Uint8Array, read: (bytes: Uint8Array) => string): string {
  try {
    return read(bytes);
  } catch {
    return toHex(bytes);
  }
}
