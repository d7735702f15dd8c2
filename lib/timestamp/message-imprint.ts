/** MessageImprint, RFC 3161 §2.4.1: a digest and the name of its algorithm, from the SHA-2 family alone. */
import { digestLength, type HashName } from '#lib/crypto/hash-name.ts';
import { type DerReader, readOid, tag } from '#lib/encoding/der-reader.ts';
import { derNull, octetString, oid, sequence } from '#lib/encoding/der-writer.ts';
import { TimestampError } from './timestamp-error.ts';

export interface MessageImprint {
  readonly hash: HashName;
  readonly digest: Uint8Array;
}

const oids: Readonly<Record<HashName, string>> = {
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
};
const weak: ReadonlySet<string> = new Set(['1.3.14.3.2.26', '1.2.840.113549.2.5']);

export function hashOid(hash: HashName): string {
  return oids[hash];
}

/** Undefined for an algorithm we do not know. */
export function hashNamed(id: string): HashName | undefined {
  return (Object.keys(oids) as HashName[]).find((name) => oids[name] === id);
}

export function checkImprint(hash: HashName, digest: Uint8Array): MessageImprint {
  if (digest.length !== digestLength[hash]) {
    throw new TimestampError('digest-length', 'Message digest has incorrect length for specified algorithm');
  }
  return { hash, digest };
}

/** MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING } */
export function readImprint(fields: DerReader): MessageImprint {
  const id = readHashIdentifier(fields.enter(tag.sequence));
  const digest = fields.next(tag.octetString).contents;
  fields.end();
  if (weak.has(id)) throw new TimestampError('weak-hash', 'Weak hash algorithm in timestamp request');
  const hash = hashNamed(id);
  if (hash === undefined)
    throw new TimestampError('weak-hash', 'Unknown hash algorithm in timestamp request');
  return checkImprint(hash, digest);
}

/** With NULL parameters, as most of the field writes and some compare. */
export function writeImprint({ hash, digest }: MessageImprint): Uint8Array {
  return sequence(sequence(oid(oids[hash]), derNull()), octetString(digest));
}

/** AlgorithmIdentifier of a hash; its parameters are NULL or absent. */
export function readHashIdentifier(algorithm: DerReader): string {
  const id = readOid(algorithm.next(tag.oid).contents);
  algorithm.optional(tag.null);
  algorithm.end();
  return id;
}
