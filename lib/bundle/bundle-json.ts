/**
 * The JSON of a bundle (protojson), as a schema. Everything a stranger may make long has a cap, unknown fields are
 * refused, and null counts as absent, as protojson says. What the versions demand on top is in read-bundle.ts.
 */
import { z } from 'zod';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';

/** Largest count of log entries, timestamps and certificates; honest bundles hold one or two. */
const mostEntries = 16;

/** Bytes may be empty where protobuf has its default. Line breaks are let pass: other readers do, and some tools wrap. */
const bytesOrNone = z.string().transform((text, context) => {
  const decoded = fromProtoBase64(text.replaceAll(/[\r\n]/g, ''));
  if (decoded !== undefined) return decoded;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const bytes = bytesOrNone.refine((decoded) => decoded.length > 0, 'empty');

/** int64: a decimal string, or a number as other writers have it. Never negative here. */
const int64 = z
  .union([
    z.string().regex(/^(?:0|[1-9]\d{0,18})$/, 'not a number from 0 to 2^63'),
    z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  ])
  .transform((value, context) => {
    const number = BigInt(value);
    if (number < 1n << 63n) return number;
    context.addIssue({ code: 'custom', message: 'number over 2^63' });
    return z.NEVER;
  });

const orNone = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);
const list = <Schema extends z.ZodType>(schema: Schema, most: number) =>
  z
    .array(schema)
    .max(most)
    .nullish()
    .transform((value) => value ?? []);

const hashNames: Readonly<Record<string, HashName>> = {
  SHA2_256: 'SHA-256',
  SHA2_384: 'SHA-384',
  SHA2_512: 'SHA-512',
};
const hashName = z.string().transform((text, context) => {
  const name = hashNames[text];
  if (name !== undefined) return name;
  context.addIssue({ code: 'custom', message: 'unknown hash algorithm' });
  return z.NEVER;
});

const certificate = z.strictObject({ rawBytes: bytes });

const inclusionProof = z.strictObject({
  logIndex: int64.default(0n),
  rootHash: bytes,
  treeSize: int64,
  hashes: list(bytes, 64),
  checkpoint: orNone(z.strictObject({ envelope: z.string().max(1_000_000) })),
});

/** dev.sigstore.rekor.v1.TransparencyLogEntry, which is also what Rekor v2 answers with. */
export const logEntry = z.strictObject({
  logIndex: int64.default(0n),
  logId: z.strictObject({ keyId: bytes }),
  kindVersion: z.strictObject({ kind: z.string().max(64), version: z.string().max(64) }),
  integratedTime: orNone(int64),
  inclusionPromise: orNone(z.strictObject({ signedEntryTimestamp: bytes })),
  inclusionProof: orNone(inclusionProof),
  canonicalizedBody: bytes,
});

const verificationMaterial = z.strictObject({
  publicKey: orNone(z.strictObject({ hint: z.string().max(1000).default('') })),
  x509CertificateChain: orNone(
    z.strictObject({ certificates: z.array(certificate).min(1).max(mostEntries) }),
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
  payloadType: z.string().min(1).max(1000),
  // "This MUST contain exactly one signature" (sigstore_bundle.proto): a second one is verified by nobody.
  signatures: z
    .array(z.strictObject({ sig: bytes, keyid: z.string().max(1000).nullish() }))
    .min(1)
    .max(1),
});

export const bundleJson = z.strictObject({
  mediaType: z.string(),
  verificationMaterial,
  messageSignature: orNone(messageSignature),
  dsseEnvelope: orNone(dsseEnvelope),
});

export type BundleJson = z.infer<typeof bundleJson>;
export type BundleEntryJson = z.infer<typeof logEntry>;
