/**
 * Signed certificate timestamps, RFC 6962 §3.2 and §3.3. Written with the ECDSA-SHA256 signature every log of this
 * field uses; read strictly.
 */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { readSingle, tag } from '#lib/encoding/der-reader.ts';
import { TlsError, TlsReader, vector } from '#lib/encoding/tls-presentation.ts';
import type { Certificate } from './certificate.ts';
import { sctListOid } from './precertificate.ts';

export interface SignedCertificateTimestamp {
  /** SHA-256 of the log's SubjectPublicKeyInfo. */
  readonly logId: Uint8Array;
  /** Milliseconds since 1970. */
  readonly timestamp: bigint;
  readonly extensions: Uint8Array;
  /** ECDSA signature as DER, without the two algorithm bytes. */
  readonly signature: Uint8Array;
}

export type SignedEntry =
  | { readonly type: 'precertificate'; readonly issuerKeyHash: Uint8Array; readonly tbs: Uint8Array }
  | { readonly type: 'certificate'; readonly certificate: Uint8Array };

// SignatureAndHashAlgorithm of RFC 5246 §7.4.1.4.1: sha256(4), ecdsa(3).
const ecdsaSha256 = Uint8Array.of(4, 3);

/**
 * struct { Version v1; SignatureType certificate_timestamp; uint64 timestamp; LogEntryType; select(entry); CtExtensions }
 * MerkleTreeLeaf (§3.4) has the very same bytes: version v1, leaf type timestamped_entry, then the same fields.
 */
export function signedEntryBytes(timestamp: bigint, entry: SignedEntry, extensions: Uint8Array): Uint8Array {
  const head = concat(Uint8Array.of(0, 0), uintBytes(timestamp, 8));
  const body =
    entry.type === 'precertificate'
      ? concat(Uint8Array.of(0, 1), entry.issuerKeyHash, vector(3, entry.tbs))
      : concat(Uint8Array.of(0, 0), vector(3, entry.certificate));
  return concat(head, body, vector(2, extensions));
}

/** struct { SignatureAndHashAlgorithm; opaque signature<0..2^16-1> } DigitallySigned */
export function writeDigitallySigned(signature: Uint8Array): Uint8Array {
  return concat(ecdsaSha256, vector(2, signature));
}

/** The signature inside; throws a TlsError for another algorithm. */
export function readDigitallySigned(bytes: Uint8Array): Uint8Array {
  const reader = new TlsReader(bytes);
  const signature = readSignature(reader);
  reader.end();
  return signature;
}

/** struct { Version v1; LogID; uint64 timestamp; CtExtensions; digitally-signed } SignedCertificateTimestamp */
function writeSct(sct: SignedCertificateTimestamp): Uint8Array {
  return concat(
    Uint8Array.of(0),
    sct.logId,
    uintBytes(sct.timestamp, 8),
    vector(2, sct.extensions),
    writeDigitallySigned(sct.signature),
  );
}

function readSct(bytes: Uint8Array): SignedCertificateTimestamp {
  const reader = new TlsReader(bytes);
  if (reader.uint(1) !== 0n) throw new TlsError('SCT version is not v1');
  const logId = reader.opaque(32);
  const timestamp = reader.uint(8);
  const extensions = reader.vector(2);
  const signature = readSignature(reader);
  reader.end();
  return { logId, timestamp, extensions, signature };
}

/** opaque SerializedSCT<1..2^16-1>; SerializedSCT sct_list<1..2^16-1> */
export function writeSctList(scts: readonly SignedCertificateTimestamp[]): Uint8Array {
  return vector(2, concat(...scts.map((sct) => vector(2, writeSct(sct)))));
}

export function readSctList(bytes: Uint8Array): SignedCertificateTimestamp[] {
  const outer = new TlsReader(bytes);
  const list = new TlsReader(outer.vector(2));
  outer.end();
  const scts: SignedCertificateTimestamp[] = [];
  while (!list.done) scts.push(readSct(list.vector(2)));
  return scts;
}

/** The SCTs embedded in a certificate; empty without the extension. Throws TlsError or DerError when malformed. */
export function embeddedScts(certificate: Certificate): SignedCertificateTimestamp[] {
  const extension = certificate.extensions.get(sctListOid);
  return extension === undefined ? [] : readSctList(readSingle(extension.value, tag.octetString).contents);
}

function readSignature(reader: TlsReader): Uint8Array {
  const [hash, signature] = reader.opaque(2);
  if (hash !== 4 || signature !== 3) throw new TlsError('signature is not ECDSA with SHA-256');
  return reader.vector(2);
}
