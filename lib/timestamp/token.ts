/**
 * TimeStampResp and the CMS SignedData inside it: RFC 3161 §2.4.2, RFC 5652 §5, RFC 5816 (ESSCertIDv2). Written in the
 * one form this service gives.
 */
import { sha256 } from '#crypto/sha256.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { concat } from '#lib/encoding/bytes.ts';
import { explicit, octetString, oid, sequence, setOf, time, unsigned } from '#lib/encoding/der-writer.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { hashOid } from './message-imprint.ts';

export const cmsOid = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

export interface SignedAttributes {
  readonly contentDigest: Uint8Array;
  readonly signingTime: Date;
  readonly signer: Certificate;
}

/** SignedAttributes as the SET OF that is signed (RFC 5652 §5.4: with its own tag, not the implicit one). */
export function signedAttributes({ contentDigest, signingTime, signer }: SignedAttributes): Uint8Array {
  const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value));
  // ESSCertIDv2 without hashAlgorithm: SHA-256 is its default.
  const issuer = sequence(explicit(4, signer.issuer));
  const identifier = sequence(
    octetString(sha256(signer.encoding)),
    sequence(issuer, unsigned(signer.serial)),
  );
  return setOf(
    attribute(cmsOid.contentType, oid(cmsOid.tstInfo)),
    attribute(cmsOid.signingTime, time(signingTime)),
    attribute(cmsOid.messageDigest, octetString(contentDigest)),
    attribute(cmsOid.signingCertificateV2, sequence(sequence(identifier))),
  );
}

export interface TokenParts {
  readonly tstInfo: Uint8Array;
  readonly signer: Certificate;
  readonly digest: HashName;
  /** As returned by `signedAttributes`. */
  readonly attributes: Uint8Array;
  /** AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly includeCertificate: boolean;
}

/** TimeStampResp ::= SEQUENCE { status PKIStatusInfo granted(0), timeStampToken ContentInfo } */
export function writeGrantedResponse(parts: TokenParts): Uint8Array {
  const content = sequence(oid(cmsOid.signedData), explicit(0, signedData(parts)));
  return sequence(sequence(unsigned(0)), content);
}

/** SignedData version 3, since its content is not plain data (RFC 5652 §5.1). */
function signedData(parts: TokenParts): Uint8Array {
  const digestAlgorithm = sequence(oid(hashOid(parts.digest)));
  return sequence(
    unsigned(3),
    setOf(digestAlgorithm),
    sequence(oid(cmsOid.tstInfo), explicit(0, octetString(parts.tstInfo))),
    ...(parts.includeCertificate ? [explicit(0, parts.signer.encoding)] : []),
    setOf(signerInfo(parts, digestAlgorithm)),
  );
}

function signerInfo(parts: TokenParts, digestAlgorithm: Uint8Array): Uint8Array {
  return sequence(
    unsigned(1),
    sequence(parts.signer.issuer, unsigned(parts.signer.serial)),
    digestAlgorithm,
    implicitSet(parts.attributes),
    parts.signatureAlgorithm,
    octetString(parts.signature),
  );
}

/** signedAttrs [0] IMPLICIT: the same bytes behind another tag. */
function implicitSet(attributes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0xa0), attributes.subarray(1));
}
