/**
 * TimeStampResp, read for verification: RFC 3161 §2.4.2 around a CMS SignedData, RFC 5652 §5. Strict DER; exactly one
 * signer, whose attributes are signed. Nothing here is believed yet: that is verify-timestamp.ts.
 */
import type { HashName } from '#lib/crypto/hash-name.ts';
import { concat } from '#lib/encoding/bytes.ts';
import {
  DerError,
  DerReader,
  contextTag,
  readOid,
  readSingle,
  readUnsigned,
  tag,
} from '#lib/encoding/der-reader.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { hashNamed, readHashIdentifier } from './message-imprint.ts';
import { TimestampError } from './timestamp-error.ts';
import { cmsOid } from './token.ts';
import { readTstInfo, type TstInfo } from './tst-info.ts';

export interface TimestampToken {
  readonly tstInfo: TstInfo;
  /** The bytes the signer's messageDigest is over. */
  readonly content: Uint8Array;
  readonly signer: SignerInfo;
  /** What came along; trusted for nothing. */
  readonly certificates: readonly Certificate[];
}

export interface SignerInfo {
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly digest: HashName;
  /** SET OF Attribute as it was signed. */
  readonly signedBytes: Uint8Array;
  /** Contents of each attribute's one value, by object identifier. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

export function readTimestampResponse(der: Uint8Array): TimestampToken {
  try {
    const response = new DerReader(readSingle(der, tag.sequence).contents);
    const status = response.enter(tag.sequence).next(tag.integer).contents;
    // granted(0), grantedWithMods(1)
    if (status.length !== 1 || (status[0] ?? 2) > 1)
      throw new TimestampError('not-granted', 'no timestamp was granted');
    const token = readToken(response.next(tag.sequence).contents);
    response.end();
    return token;
  } catch (cause) {
    if (!(cause instanceof DerError) && !(cause instanceof CertificateError)) throw cause;
    throw new TimestampError('malformed', `not a timestamp: ${cause.message}`, { cause });
  }
}

/** ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT } */
function readToken(contents: Uint8Array): TimestampToken {
  const info = new DerReader(contents);
  requireOid(info, cmsOid.signedData);
  const wrapped = info.next(contextTag(0, 'constructed')).contents;
  info.end();
  return readSignedData(new DerReader(readSingle(wrapped, tag.sequence).contents));
}

/** SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, certificates [0], crls [1], signerInfos } */
function readSignedData(data: DerReader): TimestampToken {
  data.next(tag.integer);
  data.next(tag.set);
  const encapsulated = data.enter(tag.sequence);
  requireOid(encapsulated, cmsOid.tstInfo);
  const wrapped = encapsulated.next(contextTag(0, 'constructed')).contents;
  encapsulated.end();
  const content = readSingle(wrapped, tag.octetString).contents;
  const certificates = data.optional(contextTag(0, 'constructed'));
  data.optional(contextTag(1, 'constructed'));
  const signers = data.enter(tag.set);
  data.end();
  const signer = readSignerInfo(signers.enter(tag.sequence));
  signers.end();
  return {
    tstInfo: readTstInfo(content),
    content,
    signer,
    certificates: certificates === undefined ? [] : readCertificates(certificates.contents),
  };
}

const mostCertificates = 10;

function readCertificates(contents: Uint8Array): Certificate[] {
  const list = new DerReader(contents);
  const certificates: Certificate[] = [];
  while (!list.done) {
    if (certificates.length === mostCertificates) throw new DerError('too many certificates');
    certificates.push(readCertificate(list.next(tag.sequence).encoding));
  }
  return certificates;
}

/**
 * SignerInfo ::= SEQUENCE { version, sid IssuerAndSerialNumber, digestAlgorithm, signedAttrs [0] IMPLICIT,
 *   signatureAlgorithm, signature, unsignedAttrs [1] OPTIONAL }
 */
function readSignerInfo(info: DerReader): SignerInfo {
  info.next(tag.integer);
  const id = info.enter(tag.sequence);
  const issuer = id.next(tag.sequence).encoding;
  const serial = readUnsigned(id.next(tag.integer).contents);
  id.end();
  const digest = hashNamed(readHashIdentifier(info.enter(tag.sequence)));
  if (digest === undefined) throw new TimestampError('weak-hash', 'the digest of the timestamp is not SHA-2');
  const attributes = info.next(contextTag(0, 'constructed'));
  const algorithm = info.enter(tag.sequence);
  const signature = info.next(tag.octetString).contents;
  info.optional(contextTag(1, 'constructed'));
  info.end();
  return {
    issuer,
    serial,
    digest,
    // RFC 5652 §5.4: signed with the tag of a SET OF, not the implicit one.
    signedBytes: concat(Uint8Array.of(tag.set), attributes.encoding.subarray(1)),
    attributes: readAttributes(attributes.contents),
    signatureAlgorithm: readOid(algorithm.next(tag.oid).contents),
    signature,
  };
}

/** Attribute ::= SEQUENCE { attrType, attrValues SET OF }; RFC 5652 §11: each of ours once, with one value. */
function readAttributes(contents: Uint8Array): Map<string, Uint8Array> {
  const list = new DerReader(contents);
  const attributes = new Map<string, Uint8Array>();
  while (!list.done) {
    const attribute = list.enter(tag.sequence);
    const type = readOid(attribute.next(tag.oid).contents);
    const values = attribute.next(tag.set).contents;
    attribute.end();
    if (attributes.has(type)) throw new DerError(`attribute ${type} stands there twice`);
    attributes.set(type, values);
  }
  return attributes;
}

function requireOid(reader: DerReader, expected: string): void {
  const found = readOid(reader.next(tag.oid).contents);
  if (found !== expected) throw new DerError(`content type ${found}`);
}
