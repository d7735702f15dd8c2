/**
 * X.509 certificates, RFC 5280 §4.1, read strictly from DER: one encoding for each certificate, trailing bytes and
 * repeated extensions refused. Names and extension values stay raw until somebody asks for them (name.ts,
 * extensions.ts), since a monitor reads far more certificates than it looks into.
 */
import { equal } from '#lib/encoding/bytes.ts';
import {
  DerError,
  type DerReader,
  contextTag,
  readBitString,
  readBoolean,
  readSingle,
  readTime,
  readUnsigned,
  singleContents,
  tag,
} from '#lib/encoding/der-reader.ts';

export type CertificateErrorCode = 'malformed' | 'malformed-extension' | 'too-large';

export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;

  constructor(code: CertificateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The contents of extnValue, itself DER for every standard extension. */
  readonly value: Uint8Array;
  /** The contents of the one element of this tag that the value is. Throws DerError when it is anything else. */
  contents(expected: number): Uint8Array;
  /** The whole Extension, as it stands in the TBSCertificate. */
  readonly encoding: Uint8Array;
}

export interface Certificate {
  readonly encoding: Uint8Array;
  /** TBSCertificate, the bytes that are signed. */
  readonly tbs: Uint8Array;
  /** Magnitude of the serial number, no leading zero. */
  readonly serial: Uint8Array;
  /** Name as DER; two names are the same when their bytes are. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo as DER. */
  readonly spki: Uint8Array;
  /** Object identifier, equal inside and outside the TBSCertificate. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** By object identifier, in the order of the certificate. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** No certificate of this field comes near it; a longer one is an attempt to keep us busy. */
const maxCertificateBytes = 64 * 1024;

export function readCertificate(encoding: Uint8Array): Certificate {
  if (encoding.length > maxCertificateBytes)
    throw new CertificateError('too-large', 'certificate over 64 KiB');
  try {
    return readSignedCertificate(encoding);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('malformed', `not a DER certificate: ${cause.message}`, { cause });
  }
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } */
function readSignedCertificate(encoding: Uint8Array): Certificate {
  const outer = readSingle(encoding, tag.sequence).inside();
  const tbs = outer.next(tag.sequence);
  const algorithm = outer.next(tag.sequence);
  const signature = readBitString(outer.next(tag.bitString).contents);
  outer.end();
  const fields = readTbs(encoding, tbs.inside());
  if (!equal(fields.innerAlgorithm, algorithm.encoding)) {
    // RFC 5280 §4.1.1.2: "MUST contain the same algorithm identifier".
    throw new DerError('signature algorithms inside and outside differ');
  }
  const { innerAlgorithm: _, ...rest } = fields;
  return {
    encoding,
    tbs: tbs.encoding,
    ...rest,
    signatureAlgorithm: algorithm.inside().oid(),
    signature,
  };
}

type TbsFields = Omit<Certificate, 'encoding' | 'tbs' | 'signatureAlgorithm' | 'signature'> & {
  readonly innerAlgorithm: Uint8Array;
};

/**
 * TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
 * issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL, extensions [3] OPTIONAL }
 */
function readTbs(encoding: Uint8Array, tbs: DerReader): TbsFields {
  const version = readVersion(tbs);
  const serial = readUnsigned(tbs.next(tag.integer).contents);
  const innerAlgorithm = tbs.next(tag.sequence).encoding;
  const issuer = tbs.next(tag.sequence).encoding;
  const validity = tbs.enter(tag.sequence);
  const notBefore = readTime(validity.next());
  const notAfter = readTime(validity.next());
  validity.end();
  const subject = tbs.next(tag.sequence).encoding;
  const spki = tbs.next(tag.sequence).encoding;
  if (version > 1) {
    tbs.optional(contextTag(1, 'primitive'));
    tbs.optional(contextTag(2, 'primitive'));
  }
  const wrapped = version === 3 ? tbs.optional(contextTag(3, 'constructed')) : undefined;
  tbs.end();
  const extensions =
    wrapped === undefined ? new Map<string, Extension>() : readExtensions(encoding, wrapped.inside());
  return { serial, innerAlgorithm, issuer, notBefore, notAfter, subject, spki, extensions };
}

/** Version ::= INTEGER { v1(0), v2(1), v3(2) } DEFAULT v1; DER never writes a default. */
function readVersion(tbs: DerReader): 1 | 2 | 3 {
  const wrapped = tbs.optional(contextTag(0, 'constructed'));
  if (wrapped === undefined) return 1;
  const value = readSingle(wrapped.contents, tag.integer).contents;
  if (value.length === 1 && value[0] === 2) return 3;
  if (value.length === 1 && value[0] === 1) return 2;
  throw new DerError('not a version');
}

/** Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension; RFC 5280 §4.2: at most one of each. */
function readExtensions(bytes: Uint8Array, outer: DerReader): Map<string, Extension> {
  const list = outer.enter(tag.sequence);
  outer.end();
  const extensions = new Map<string, Extension>();
  while (!list.done) {
    const extension = readExtension(bytes, list);
    if (extensions.has(extension.oid)) throw new DerError(`extension ${extension.oid} stands there twice`);
    extensions.set(extension.oid, extension);
  }
  if (extensions.size === 0) throw new DerError('empty extensions');
  return extensions;
}

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING } */
function readExtension(bytes: Uint8Array, list: DerReader): Extension {
  const start = list.position;
  const end = list.open(tag.sequence);
  const oid = list.oid();
  const flag = list.optional(tag.boolean);
  const critical = flag !== undefined && readBoolean(flag.contents);
  if (flag !== undefined && !critical) throw new DerError('a default was written out');
  // Nothing behind the value, and so nothing before it that ran past the end.
  if (list.open(tag.octetString) !== end) throw new DerError('an extension does not end with its value');
  const extension = new ReadExtension(oid, critical, bytes, [start, list.position, end]);
  list.skipTo(end);
  return extension;
}

/** A certificate of a pipeline has thirty, of which few are looked into: views are made when asked for. */
class ReadExtension implements Extension {
  readonly oid: string;
  readonly critical: boolean;
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly valueAt: number;
  private readonly end: number;

  constructor(
    oid: string,
    critical: boolean,
    bytes: Uint8Array,
    [start, valueAt, end]: readonly [start: number, valueAt: number, end: number],
  ) {
    this.oid = oid;
    this.critical = critical;
    this.bytes = bytes;
    this.start = start;
    this.valueAt = valueAt;
    this.end = end;
  }

  get value(): Uint8Array {
    return this.bytes.subarray(this.valueAt, this.end);
  }

  contents(expected: number): Uint8Array {
    return singleContents(this.bytes, expected, this.valueAt, this.end);
  }

  get encoding(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }
}
