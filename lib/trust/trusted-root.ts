/**
 * trusted_root.json (dev.sigstore.trustroot.v1.TrustedRoot as protojson): which logs and authorities we believe, and
 * since when. The one door through which workers and pages learn a key. The file does not say which protocol a log
 * speaks: `tlogs` are Rekor logs, `ctlogs` RFC 6962 logs, and the form of the log's id tells Rekor v2 from v1.
 */
import * as z from 'zod/mini';
import { sha256 } from '#crypto/sha256.ts';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';
import { concat, equal, utf8 } from '#lib/encoding/bytes.ts';
import { bitString, derNull, oid, sequence } from '#lib/encoding/der-writer.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';

export const trustedRootMediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

const bytes = z.pipe(
  z.string(),
  z.transform((text: string, context): Uint8Array => {
    const decoded = fromProtoBase64(text);
    if (decoded !== undefined && decoded.length > 0) return decoded;
    context.issues.push({ code: 'custom', message: 'not base64', input: text });
    return z.NEVER;
  }),
);
const instant = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text: string) => new Date(text)),
);
// protojson: null is as good as absent.
const timeRange = z.object({ start: instant, end: z.nullish(instant) });

const logInstance = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }),
  hashAlgorithm: z.literal('SHA2_256'),
  publicKey: z.object({ rawBytes: bytes, keyDetails: z.string(), validFor: timeRange }),
  logId: z.object({ keyId: bytes }),
});

const authority = z.object({
  uri: z.optional(z.string()),
  certChain: z.object({
    certificates: z.array(z.object({ rawBytes: bytes })).check(z.minLength(1), z.maxLength(10)),
  }),
  validFor: timeRange,
});

// In zod's small dialect, as everything that a browser loads to verify.
const trustedRoot = z.object({
  mediaType: z.literal(trustedRootMediaType),
  tlogs: z.optional(z.array(logInstance)),
  ctlogs: z.optional(z.array(logInstance)),
  certificateAuthorities: z.optional(z.array(authority)),
  timestampAuthorities: z.optional(z.array(authority)),
});

export type TrustedRootErrorCode = 'malformed' | 'log-id-mismatch' | 'malformed-certificate';

export class TrustedRootError extends Error {
  override readonly name = 'TrustedRootError';
  readonly code: TrustedRootErrorCode;

  constructor(code: TrustedRootErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Inclusive on both sides; open-ended without an end. */
export interface ValidFor {
  readonly start: Date;
  readonly end: Date | undefined;
}

export interface TrustedLog {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** What a Rekor v2 checkpoint of this log calls itself: the host of the base URL, or all of it but the scheme. */
  readonly origin: string;
  /** `note-key`: SHA-256(origin, newline, 0x01, Ed25519 key), Rekor v2; `spki`: SHA-256 of the key's SPKI. */
  readonly logIdForm: 'note-key' | 'spki';
  readonly logId: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly keyDetails: string;
  readonly validFor: ValidFor;
}

export interface TrustedAuthority {
  readonly uri: string;
  /** As listed: a certificate authority from its issuing certificate to the root, a timestamp authority leaf first. */
  readonly chain: readonly Certificate[];
  readonly validFor: ValidFor;
}

export interface TrustedRoot {
  readonly tlogs: readonly TrustedLog[];
  readonly ctlogs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly timestampAuthorities: readonly TrustedAuthority[];
}

/** From parsed JSON; throws a TrustedRootError. One bad entry spoils the file: half a trust root is not one. */
export function readTrustedRoot(json: unknown): TrustedRoot {
  const parsed = trustedRoot.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TrustedRootError(
      'malformed',
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
    );
  }
  return {
    tlogs: (parsed.data.tlogs ?? []).map(readLog),
    ctlogs: (parsed.data.ctlogs ?? []).map(readLog),
    certificateAuthorities: (parsed.data.certificateAuthorities ?? []).map(readAuthority),
    timestampAuthorities: (parsed.data.timestampAuthorities ?? []).map(readAuthority),
  };
}

export function isValidAt(validFor: ValidFor, at: Date): boolean {
  return at >= validFor.start && (validFor.end === undefined || at <= validFor.end);
}

/** c2sp.org/signed-note: the whole hash of which a note signature line carries the first four bytes. */
export function ed25519LogId(origin: string, key: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${origin}\n`), Uint8Array.of(1), key));
}

function readLog(instance: z.infer<typeof logInstance>): TrustedLog {
  const { keyDetails, validFor } = instance.publicKey;
  const rawBytes = toSpki(instance.publicKey.rawBytes, keyDetails);
  const baseUrl = instance.baseUrl.replace(/\/+$/, '');
  const logId = instance.logId.keyId;
  // Sigstore's logs are named by their host alone, others by their address without its scheme: the id says which.
  const names = [new URL(baseUrl).hostname, baseUrl.replace(/^https?:\/\//, '')];
  const named = names.find((name) => equal(logId, ed25519LogId(name, rawBytes.subarray(-32))));
  const isNoteKey = keyDetails === 'PKIX_ED25519' && named !== undefined;
  const origin = named ?? names[1] ?? '';
  if (!isNoteKey && !equal(logId, sha256(rawBytes))) {
    throw new TrustedRootError('log-id-mismatch', `${baseUrl}: log id does not belong to the key`);
  }
  const logIdForm = isNoteKey ? 'note-key' : 'spki';
  return { baseUrl, origin, logIdForm, logId, publicKey: rawBytes, keyDetails, validFor: range(validFor) };
}

/** Old RSA logs are listed as PKCS #1, yet their id is that of the SubjectPublicKeyInfo (RFC 3279 §2.3.1). */
function toSpki(rawBytes: Uint8Array, keyDetails: string): Uint8Array {
  if (!keyDetails.startsWith('PKCS1_RSA_')) return rawBytes;
  return sequence(sequence(oid('1.2.840.113549.1.1.1'), derNull()), bitString(rawBytes));
}

function readAuthority({ uri = '', certChain, validFor }: z.infer<typeof authority>): TrustedAuthority {
  try {
    const chain = certChain.certificates.map(({ rawBytes }) => readCertificate(rawBytes));
    return { uri, chain, validFor: range(validFor) };
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new TrustedRootError('malformed-certificate', `${uri}: ${cause.message}`, { cause });
  }
}

function range({ start, end }: z.infer<typeof timeRange>): ValidFor {
  return { start, end: end ?? undefined };
}
