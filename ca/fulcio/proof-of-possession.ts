/**
 * Step 3 of an issuance: the asker holds the private key. Either a signature over the principal's name, or the signature
 * of a certificate signing request (RFC 2986); of the request nothing else is used, whatever it asks for.
 */
import { verify } from 'node:crypto';
import { equal, utf8 } from '#lib/encoding/bytes.ts';
import {
  DerError,
  DerReader,
  contextTag,
  readBitString,
  readOid,
  readSingle,
  tag,
} from '#lib/encoding/der-reader.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { IssuanceError } from './issuance-error.ts';
import type { KeyMaterial } from './request.ts';
import { checkSubjectKey, readSubjectKey, type SubjectKey } from './subject-key.ts';

/** The key, proven to be the asker's. */
export function provePossession(material: KeyMaterial, challenges: readonly string[]): SubjectKey {
  return material.kind === 'csr' ? fromSigningRequest(material.pem) : fromChallenge(material, challenges);
}

/**
 * The name is no secret and may repeat: the token is what authorises, this only keeps somebody from getting a certificate
 * for a key of another.
 */
function fromChallenge(
  { content, proof }: Extract<KeyMaterial, { kind: 'key' }>,
  challenges: readonly string[],
): SubjectKey {
  const subject = readSubjectKey(content);
  if (!challenges.some((name) => verifies(subject, utf8(name), proof))) throw unproven();
  return subject;
}

function fromSigningRequest(pem: string): SubjectKey {
  const request = readSigningRequest(pem);
  const subject = checkSubjectKey(request.spki, 'spki');
  if (request.signatureAlgorithm !== subject.signatureAlgorithm) {
    throw new IssuanceError(
      'algorithm-not-permitted',
      `signing algorithm not permitted: ${subject.key.asymmetricKeyType}, ${digestOf(request.signatureAlgorithm)}`,
    );
  }
  if (!verifies(subject, request.signed, request.signature)) throw unproven();
  return subject;
}

/** By name where it has one; RSASSA-PSS states its digest in parameters that nobody here accepts (RFC 4055 §3.1). */
function digestOf(signatureAlgorithm: string): string {
  return digests[signatureAlgorithm] ?? signatureAlgorithm;
}

const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10045.4.3.1': 'SHA-224',
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
};

interface SigningRequestParts {
  readonly signed: Uint8Array;
  readonly spki: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/** CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature BIT STRING } */
function readSigningRequest(pem: string): SigningRequestParts {
  const blocks = fromPem(pem);
  const [block] = blocks ?? [];
  const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];
  if (block === undefined || blocks?.length !== 1 || !labels.includes(block.label)) throw unparsable();
  try {
    const outer = new DerReader(readSingle(block.bytes, tag.sequence).contents);
    const info = outer.next(tag.sequence);
    const algorithm = outer.enter(tag.sequence);
    const signature = readBitString(outer.next(tag.bitString).contents);
    outer.end();
    const spki = readRequestInfo(info.contents);
    return {
      signed: info.encoding,
      spki,
      signatureAlgorithm: readOid(algorithm.next(tag.oid).contents),
      signature,
    };
  } catch (cause) {
    if (cause instanceof DerError) throw unparsable(cause);
    throw cause;
  }
}

/** CertificationRequestInfo ::= SEQUENCE { version v1(0), subject, subjectPKInfo, attributes [0] } */
function readRequestInfo(contents: Uint8Array): Uint8Array {
  const info = new DerReader(contents);
  if (!equal(info.next(tag.integer).contents, Uint8Array.of(0))) throw new DerError('not version 1');
  info.next(tag.sequence);
  const spki = info.next(tag.sequence).encoding;
  info.next(contextTag(0, 'constructed'));
  info.end();
  return spki;
}

function verifies({ digest, key }: SubjectKey, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(digest, message, key, signature);
}

function unproven(): IssuanceError {
  return new IssuanceError('possession-unproven', 'The signature does not prove possession of the key.');
}

function unparsable(cause?: unknown): IssuanceError {
  return new IssuanceError('csr-unparsable', 'The certificate signing request cannot be read.', { cause });
}
