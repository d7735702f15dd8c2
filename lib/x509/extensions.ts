/** The standard extensions of RFC 5280 §4.2.1 that decide anything here, read strictly when asked for. */
import { fromUtf8, readUint } from '#lib/encoding/bytes.ts';
import {
  DerError,
  DerReader,
  contextTag,
  readBoolean,
  readOid,
  readSingle,
  readUnsigned,
  tag,
} from '#lib/encoding/der-reader.ts';
import { CertificateError, type Certificate } from './certificate.ts';

export const extensionOid = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

export const keyPurpose = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

export type SubjectAltName =
  | { readonly kind: 'email'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'otherName'; readonly type: string; readonly value: string }
  | { readonly kind: 'unknown'; readonly tag: number; readonly contents: Uint8Array };

export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** GeneralNames, §4.2.1.6; empty without the extension. Text is as it stands there, control characters included. */
export function subjectAltNames(certificate: Certificate): SubjectAltName[] {
  const extension = certificate.extensions.get(extensionOid.subjectAltName);
  if (extension === undefined) return [];
  return reading('subjectAltName', () => {
    const names: SubjectAltName[] = [];
    const list = new DerReader(extension.contents(tag.sequence));
    while (!list.done) names.push(readGeneralName(list));
    return names;
  });
}

function readGeneralName(list: DerReader): SubjectAltName {
  const name = list.next();
  switch (name.tag) {
    case contextTag(1, 'primitive'):
      return { kind: 'email', value: looseText(name.contents) };
    case contextTag(2, 'primitive'):
      return { kind: 'dns', value: looseText(name.contents) };
    case contextTag(6, 'primitive'):
      return { kind: 'uri', value: looseText(name.contents) };
    case contextTag(0, 'constructed'):
      return readOtherName(name.contents) ?? { kind: 'unknown', tag: name.tag, contents: name.contents };
    default:
      return { kind: 'unknown', tag: name.tag, contents: name.contents };
  }
}

/** AnotherName ::= SEQUENCE { type-id, value [0] EXPLICIT ANY }; only text values have a reading here. */
function readOtherName(contents: Uint8Array): SubjectAltName | undefined {
  const fields = new DerReader(contents);
  const type = readOid(fields.next(tag.oid).contents);
  const inner = readSingle(fields.next(contextTag(0, 'constructed')).contents);
  fields.end();
  const isText = inner.tag === tag.utf8String || inner.tag === tag.ia5String;
  return isText ? { kind: 'otherName', type, value: looseText(inner.contents) } : undefined;
}

/** IA5String is ASCII; what people put there is UTF-8 at times, and a monitor must not miss it. */
function looseText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

export type KeyUsage = 'digitalSignature' | 'keyCertSign' | 'cRLSign';
const keyUsageBit: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0x80,
  keyCertSign: 4,
  cRLSign: 2,
};

/** §4.2.1.3; undefined without the extension. */
export function hasKeyUsage(certificate: Certificate, usage: KeyUsage): boolean | undefined {
  const extension = certificate.extensions.get(extensionOid.keyUsage);
  if (extension === undefined) return undefined;
  return reading('keyUsage', () => {
    const [unused, bits] = extension.contents(tag.bitString);
    if (unused === undefined || unused > 7 || bits === undefined) throw new DerError('not key usage bits');
    return (bits & keyUsageBit[usage]) !== 0;
  });
}

/** §4.2.1.12; undefined without the extension. */
export function extendedKeyUsages(certificate: Certificate): string[] | undefined {
  const extension = certificate.extensions.get(extensionOid.extendedKeyUsage);
  if (extension === undefined) return undefined;
  return reading('extendedKeyUsage', () => {
    const purposes: string[] = [];
    const list = new DerReader(extension.contents(tag.sequence));
    while (!list.done) purposes.push(readOid(list.next(tag.oid).contents));
    return purposes;
  });
}

/** §4.2.1.9; a certificate without the extension is no authority. */
export function basicConstraints(certificate: Certificate): BasicConstraints {
  const extension = certificate.extensions.get(extensionOid.basicConstraints);
  if (extension === undefined) return { ca: false, pathLength: undefined };
  return reading('basicConstraints', () => {
    const fields = new DerReader(extension.contents(tag.sequence));
    const flag = fields.optional(tag.boolean);
    const length = fields.optional(tag.integer);
    fields.end();
    const pathLength = length === undefined ? undefined : Number(readUint(readUnsigned(length.contents)));
    return { ca: flag !== undefined && readBoolean(flag.contents), pathLength };
  });
}

/** §4.2.1.2 */
export function subjectKeyIdentifier(certificate: Certificate): Uint8Array | undefined {
  const extension = certificate.extensions.get(extensionOid.subjectKeyIdentifier);
  return extension && reading('subjectKeyIdentifier', () => extension.contents(tag.octetString));
}

/** §4.2.1.1, the keyIdentifier alone. */
export function authorityKeyIdentifier(certificate: Certificate): Uint8Array | undefined {
  const extension = certificate.extensions.get(extensionOid.authorityKeyIdentifier);
  if (extension === undefined) return undefined;
  return reading('authorityKeyIdentifier', () => {
    const fields = new DerReader(extension.contents(tag.sequence));
    return fields.optional(contextTag(0, 'primitive'))?.contents;
  });
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('malformed-extension', `${what}: ${cause.message}`, { cause });
  }
}
