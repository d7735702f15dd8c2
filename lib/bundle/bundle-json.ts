/**
 * The JSON of a bundle (protojson), as a schema. Everything a stranger may make long has a cap, unknown fields are
 * refused, and null counts as absent, as protojson says. What the versions demand on top is in read-bundle.ts.
 * In zod's small dialect, as everything that a browser loads to verify.
 */
import * as z from 'zod/mini';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';

/** Largest count of log entries, timestamps and certificates; honest bundles hold one or two. */
const mostEntries = 16;

/** What `read` makes of a text, or a complaint when that is nothing. */
const textAs = <T>(read: (text: string) => T | undefined, complaint: string) =>
  z.pipe(
    z.string(),
    z.transform((text: string, context): T => {
      const value = read(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: complaint, input: text });
      return z.NEVER;
    }),
  );

/** Bytes may be empty where protobuf has its default. Line breaks are let pass: other readers do, and some tools wrap. */
const bytesOrNone = textAs((text) => fromProtoBase64(text.replaceAll(/[\r\n]/g, '')), 'not base64');
const bytes = textAs((text) => {
  const decoded = fromProtoBase64(text.replaceAll(/[\r\n]/g, ''));
  return decoded === undefined || decoded.length === 0 ? undefined : decoded;
}, 'not base64');

const upTo = (most: number) => z.string().check(z.maxLength(most));

/** int64: a decimal string, or a number as other writers have it. Never negative here. */
const int64 = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((value: string | number, context): bigint => {
    const isExact = typeof value === 'string' || Number.isSafeInteger(value);
    if (isExact && /^(?:0|[1-9]\d{0,18})$/.test(String(value)) && BigInt(value) < 1n << 63n) {
      return BigInt(value);
    }
    context.issues.push({ code: 'custom', message: 'not a number from 0 to 2^63', input: value });
    return z.NEVER;
  }),
);

const orNone = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.nullish(schema),
    z.transform((value: z.output<Schema> | null | undefined) => value ?? undefined),
  );
const list = <Schema extends z.ZodMiniType>(schema: Schema, most: number) =>
  z.pipe(
    z.nullish(z.array(schema).check(z.maxLength(most))),
    z.transform((value: z.output<Schema>[] | null | undefined) => value ?? []),
  );
const orElse = <Schema extends z.ZodMiniType, T>(schema: Schema, fallback: T) =>
  z.pipe(
    z.nullish(schema),
    z.transform((value: z.output<Schema> | null | undefined) => value ?? fallback),
  );

const hashNames: ReadonlyMap<string, HashName> = new Map([
  ['SHA2_256', 'SHA-256'],
  ['SHA2_384', 'SHA-384'],
  ['SHA2_512', 'SHA-512'],
]);
const hashName = textAs((text) => hashNames.get(text), 'unknown hash algorithm');

const certificate = z.strictObject({ rawBytes: bytes });

const inclusionProof = z.strictObject({
  logIndex: orElse(int64, 0n),
  rootHash: bytes,
  treeSize: int64,
  hashes: list(bytes, 64),
  checkpoint: orNone(z.strictObject({ envelope: upTo(1_000_000) })),
});

/** dev.sigstore.rekor.v1.TransparencyLogEntry, which is also what Rekor v2 answers with. */
export const logEntry = z.strictObject({
  logIndex: orElse(int64, 0n),
  logId: z.strictObject({ keyId: bytes }),
  kindVersion: z.strictObject({ kind: upTo(64), version: upTo(64) }),
  integratedTime: orNone(int64),
  inclusionPromise: orNone(z.strictObject({ signedEntryTimestamp: bytes })),
  inclusionProof: orNone(inclusionProof),
  canonicalizedBody: bytes,
});

const verificationMaterial = z.strictObject({
  publicKey: orNone(z.strictObject({ hint: orElse(upTo(1000), '') })),
  x509CertificateChain: orNone(
    z.strictObject({ certificates: z.array(certificate).check(z.minLength(1), z.maxLength(mostEntries)) }),
  ),
  certificate: orNone(certificate),
  tlogEntries: list(logEntry, mostEntries),
  timestampVerificationData: orNone(
    z.strictObject({ rfc3161Timestamps: list(z.strictObject({ signedTimestamp: bytes }), mostEntries) }),
  ),
});

const messageSignature = z.strictObject({
  messageDigest: orNone(z.strictObject({ algorithm: hashName, digest: bytes })),
  signature: bytes,
});

const dsseEnvelope = z.strictObject({
  payload: bytesOrNone,
  payloadType: upTo(1000).check(z.minLength(1)),
  // "This MUST contain exactly one signature" (sigstore_bundle.proto): a second one is verified by nobody.
  signatures: z
    .array(z.strictObject({ sig: bytes, keyid: orElse(upTo(1000), '') }))
    .check(z.minLength(1), z.maxLength(1)),
});

export const bundleJson = z.strictObject({
  mediaType: z.string(),
  verificationMaterial,
  messageSignature: orNone(messageSignature),
  dsseEnvelope: orNone(dsseEnvelope),
});

export type BundleJson = z.output<typeof bundleJson>;
export type BundleEntryJson = z.output<typeof logEntry>;
