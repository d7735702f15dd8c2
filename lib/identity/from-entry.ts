/**
 * What one log entry says: what was signed, and by which certificate or bare key. Reads every entry form the followed
 * logs hold: hashedrekord 0.0.2 and dsse 0.0.2 of Rekor v2, those of Rekor v1 (lib/rekor/read-entry-v1.ts), X.509 and precertificate entries of RFC 6962 §3.4. A leaf is
 * attacker-controlled; one that does not read is `unparsable`, which is itself something to tell.
 */
import * as z from 'zod';
import { sha256 } from '#crypto/sha256.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { equal, fromUtf8 } from '#lib/encoding/bytes.ts';
import { DerError, DerReader, readSingle, tag } from '#lib/encoding/der-reader.ts';
import { bitString, sequence } from '#lib/encoding/der-writer.ts';
import { TlsError, TlsReader } from '#lib/encoding/tls-presentation.ts';
import { HashedRekordError, parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readEntryV1 } from '#lib/rekor/read-entry-v1.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { readRekorV1 } from './from-rekor-v1.ts';
import type { SpelledIdentity } from './normalise.ts';
import { isPrecertificate, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';

export interface Digest {
  readonly algorithm: string;
  readonly bytes: Uint8Array;
}

/** A Rekor v1 log has many, under names of its own: kind and version. */
export type EntryKind = 'hashedrekord' | 'dsse' | 'certificate' | 'precertificate' | `${string} ${string}`;

export type ReadEntry =
  | {
      readonly kind: EntryKind;
      readonly digest: Digest | undefined;
      /** More than one for an old dsse entry with several signatures. */
      readonly certificates: readonly Certificate[];
      /** Issuers that the entry brings along; none of them is trusted for that. */
      readonly intermediates: readonly Certificate[];
      /** What an authority's signature can be checked on; a precertificate leaf alone has none, see readCtEntry. */
      readonly signed: readonly Certificate[];
      /** SHA-256 of each bare public key. */
      readonly keys: readonly Uint8Array[];
      /** Names that stand in the entry beside any certificate. */
      readonly identities?: readonly SpelledIdentity[];
      /** Somebody was found, and others may stand where nobody knew to look. */
      readonly isPartlyRead?: boolean;
    }
  | { readonly kind: 'unparsable'; readonly reason: string };

/** A leaf of a Rekor log, v2 or v1. */
export function readRekorEntry(leaf: Uint8Array): ReadEntry {
  return reading(() => {
    try {
      const { digestAlgorithm: algorithm, digest, verifier } = parseHashedRekord(leaf);
      return signature('hashedrekord', { algorithm, bytes: digest }, [{ [verifier.kind]: verifier.bytes }]);
    } catch (error) {
      if (!(error instanceof HashedRekordError) || error.code !== 'other-kind') throw error;
      return readOtherKind(readJson(leaf));
    }
  });
}

/**
 * A leaf of a Rekor v1 log, and the statement served beside it, which counts only when the leaf holds its hash. A kind that
 * came later may name its signers as plain text: what is found in it need not be all, and where nothing is, it does not read.
 */
export function readRekorV1Entry(leaf: Uint8Array, statement?: Uint8Array): ReadEntry {
  return reading(() => {
    const entry = readRekorV1(leaf, statement);
    const { certificates, digest, ofKnownKind, namesNobody, hasUnreadStatement } = entry;
    if (namesNobody && digest === undefined && !ofKnownKind)
      throw new EntryError('of no known kind, and names nobody in a known place');
    const isPartlyRead = !ofKnownKind || hasUnreadStatement || (namesNobody && !isNobodys(entry.kind));
    return { ...entry, signed: certificates, isPartlyRead };
  });
}

/** Timestamps, and the metadata of a TUF repository. */
function isNobodys(kind: EntryKind): boolean {
  return /^(?:rfc3161|tuf) /.test(kind);
}

interface Verifier {
  readonly certificate?: Uint8Array;
  readonly publicKey?: Uint8Array;
}

function signature(kind: EntryKind, digest: Digest, verifiers: readonly Verifier[]): ReadEntry {
  const certificates = verifiers.flatMap(({ certificate }) =>
    certificate === undefined ? [] : [readCertificate(certificate)],
  );
  const keys = verifiers.flatMap(({ publicKey }) => (publicKey === undefined ? [] : [sha256(publicKey)]));
  return { kind, digest, certificates, intermediates: [], signed: certificates, keys };
}

const base64 = z.string().transform((text, context) => {
  const bytes = fromBase64(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const rawBytes = z.object({ rawBytes: base64 });
const dsseLeaf = z.object({
  apiVersion: z.literal('0.0.2'),
  kind: z.literal('dsse'),
  spec: z.object({
    dsseV002: z.object({
      payloadHash: z.object({ algorithm: z.string().max(32), digest: base64 }),
      signatures: z
        .array(
          z.object({
            verifier: z.object({ x509Certificate: rawBytes.optional(), publicKey: rawBytes.optional() }),
          }),
        )
        .min(1)
        .max(64),
    }),
  }),
});

function readOtherKind(leaf: unknown): ReadEntry {
  const entry = readEntryV1(leaf);
  if (entry === undefined) return readDsse(leaf);
  const verifiers = entry.verifiers.map(({ key, certificates: [signer] }) =>
    signer === undefined ? { publicKey: key.spki } : { certificate: signer.encoding },
  );
  return signature(entry.kind, { algorithm: entry.digestAlgorithm, bytes: entry.digest }, verifiers);
}

/** Rekor v2 logged these before June 2026. */
function readDsse(leaf: unknown): ReadEntry {
  const { payloadHash, signatures } = dsseLeaf.parse(leaf).spec.dsseV002;
  const verifiers = signatures.map(({ verifier: { x509Certificate, publicKey } }) => ({
    ...(x509Certificate && { certificate: x509Certificate.rawBytes }),
    ...(publicKey && { publicKey: publicKey.rawBytes }),
  }));
  return signature('dsse', { algorithm: payloadHash.algorithm, bytes: payloadHash.digest }, verifiers);
}

function readJson(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(leaf));
  } catch (cause) {
    throw new EntryError('neither of a known form nor JSON', { cause });
  }
}

/**
 * A MerkleTreeLeaf of RFC 6962 §3.4 and the extra_data served with it. The extra data is not in the tree: it may only
 * confirm the leaf, so a precertificate there counts when it is the one the leaf is about.
 *
 *   struct { uint8 version = 0; uint8 leaf_type = 0; uint64 timestamp; uint16 entry_type;
 *            select (entry_type) { case x509_entry: opaque<1..2^24-1>;
 *                                  case precert_entry: opaque issuer_key_hash[32]; opaque tbs<1..2^24-1>; };
 *            opaque extensions<0..2^16-1>; } MerkleTreeLeaf;
 */
export function readCtEntry(leaf: Uint8Array, extraData: Uint8Array): ReadEntry {
  return reading(() => {
    const reader = new TlsReader(leaf);
    if (reader.uint(2) !== 0n) throw new TlsError('not a version 1 timestamped entry');
    reader.opaque(8);
    const isPre = reader.uint(2);
    if (isPre > 1n) throw new TlsError('unknown entry type');
    if (isPre === 1n) reader.opaque(32);
    const body = reader.vector(3);
    reader.vector(2);
    reader.end();
    return isPre === 1n ? precertificate(body, extraData) : certificateEntry(body, extraData);
  });
}

function certificateEntry(der: Uint8Array, extraData: Uint8Array): ReadEntry {
  const certificate = readCertificate(der);
  return {
    kind: 'certificate',
    digest: undefined,
    certificates: [certificate],
    intermediates: ignoringErrors(() => readChain(new TlsReader(extraData)), []),
    signed: [certificate],
    keys: [],
  };
}

function precertificate(tbs: Uint8Array, extraData: Uint8Array): ReadEntry {
  const certificate = readCertificate(certificateAround(tbs));
  const [signed, intermediates] = ignoringErrors<[Certificate | undefined, Certificate[]]>(
    () => readPrecertificateExtra(extraData),
    [undefined, []],
  );
  const confirms =
    signed !== undefined && isPrecertificate(signed) && equal(tbsWithoutSctAndPoison(signed), tbs);
  return {
    kind: 'precertificate',
    digest: undefined,
    certificates: [certificate],
    intermediates,
    signed: confirms ? [signed] : [],
    keys: [],
  };
}

/** struct { opaque pre_certificate<1..2^24-1>; opaque certificate_chain<0..2^24-1>; } PrecertChainEntry */
function readPrecertificateExtra(extraData: Uint8Array): [Certificate, Certificate[]] {
  const reader = new TlsReader(extraData);
  const signed = readCertificate(reader.vector(3));
  return [signed, readChain(reader)];
}

function readChain(reader: TlsReader): Certificate[] {
  const list = new TlsReader(reader.vector(3));
  reader.end();
  const chain: Certificate[] = [];
  while (!list.done && chain.length < 8) chain.push(readCertificate(list.vector(3)));
  return chain;
}

/** A precertificate leaf holds a bare TBSCertificate; with an empty signature around it, it reads like any other. */
function certificateAround(tbs: Uint8Array): Uint8Array {
  const fields = new DerReader(readSingle(tbs, tag.sequence).contents);
  fields.optional(0xa0);
  fields.next(tag.integer);
  return sequence(tbs, fields.next(tag.sequence).encoding, bitString(new Uint8Array(0)));
}

function ignoringErrors<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (isBadInput(error)) return fallback;
    throw error;
  }
}

function reading(read: () => ReadEntry): ReadEntry {
  try {
    return read();
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return { kind: 'unparsable', reason: error.message.slice(0, 200) };
  }
}

/** Everything the readers above throw for bad bytes. */
function isBadInput(error: unknown): error is Error {
  // JSON.parse and the text decoder throw the platform's own.
  const platform = [SyntaxError, TypeError];
  const kinds = [
    EntryError,
    CertificateError,
    DerError,
    TlsError,
    HashedRekordError,
    z.ZodError,
    ...platform,
  ];
  return kinds.some((kind) => error instanceof kind);
}

class EntryError extends Error {
  override readonly name = 'EntryError';
}
