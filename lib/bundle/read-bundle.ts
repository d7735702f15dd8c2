/**
 * Reading a bundle, versions 0.1 to 0.3, strictly: what it accepts is complete for its version, and nothing in it has two
 * readings. Nothing is verified here; lib/verify comes next.
 */
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { bundleJson, logEntry, type BundleEntryJson, type BundleJson } from './bundle-json.ts';
import {
  BundleError,
  bundleMediaTypes,
  type Bundle,
  type BundleContent,
  type BundleEntry,
  type BundleVersion,
  type KeyMaterial,
} from './bundle.ts';

/** An attestation may hold a whole bill of materials; this is longer than any log or client takes. */
export const maxBundleCharacters = 32 * 1024 * 1024;

/** Throws a BundleError, nothing else. */
export function readBundle(text: string): Bundle {
  if (text.length > maxBundleCharacters) throw new BundleError('bundle-too-large', 'bundle over 32 MiB');
  let json: unknown;
  try {
    json = parseStrictJson(text);
  } catch (cause) {
    throw new BundleError('bundle-malformed', 'bundle is not JSON, or names a member twice', { cause });
  }
  return readBundleJson(json);
}

/** From parsed JSON; throws a BundleError. */
export function readBundleJson(json: unknown): Bundle {
  const version = readVersion(json);
  const parsed = bundleJson.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`);
  }
  const { verificationMaterial, messageSignature, dsseEnvelope } = parsed.data;
  return {
    version,
    material: readMaterial(verificationMaterial, version),
    entries: verificationMaterial.tlogEntries.map((entry) => readEntry(entry, version)),
    timestamps: (verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      ({ signedTimestamp }) => signedTimestamp,
    ),
    content: readContent({ messageSignature, dsseEnvelope }),
  };
}

/** A TransparencyLogEntry as Rekor v2 answers with, complete enough for a bundle 0.3; throws a BundleError. */
export function readLogEntryJson(json: unknown): BundleEntry {
  const parsed = logEntry.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw malformed(`log entry: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`);
  }
  return readEntry(parsed.data, '0.3');
}

/** First of all: a bundle from the future gets a better answer than "unknown field". */
function readVersion(json: unknown): BundleVersion {
  if (typeof json !== 'object' || json === null || !('mediaType' in json)) throw malformed('no mediaType');
  const mediaType = json.mediaType;
  if (typeof mediaType !== 'string') throw malformed('mediaType is not text');
  const version = Object.hasOwn(bundleMediaTypes, mediaType) ? bundleMediaTypes[mediaType] : undefined;
  if (version === undefined) {
    throw new BundleError('bundle-unknown-version', 'mediaType is not that of a bundle 0.1 to 0.3');
  }
  return version;
}

function readMaterial(
  { publicKey, x509CertificateChain, certificate }: BundleJson['verificationMaterial'],
  version: BundleVersion,
): KeyMaterial {
  const given = [publicKey, x509CertificateChain, certificate].filter((one) => one !== undefined);
  if (given.length !== 1) throw malformed('not exactly one of publicKey, x509CertificateChain, certificate');
  if (publicKey !== undefined) return { kind: 'public-key', hint: publicKey.hint };
  if (certificate !== undefined) {
    return { kind: 'certificate', leaf: certificate.rawBytes, others: [] };
  }
  if (version === '0.3') throw malformed('a bundle 0.3 holds one certificate, not a chain');
  const [leaf, ...others] = (x509CertificateChain?.certificates ?? []).map(({ rawBytes }) => rawBytes);
  if (leaf === undefined) throw malformed('empty certificate chain');
  return { kind: 'certificate', leaf, others };
}

function readEntry(entry: BundleEntryJson, version: BundleVersion): BundleEntry {
  const { logIndex, logId, kindVersion, integratedTime, inclusionPromise, inclusionProof } = entry;
  // sigstore_bundle.proto: a promise is required in 0.1, a proof with its checkpoint in 0.2 and later.
  if (version === '0.1' && inclusionPromise === undefined) throw malformed('a bundle 0.1 without promise');
  if (version !== '0.1' && inclusionProof?.checkpoint === undefined) {
    throw malformed('log entry without inclusion proof and checkpoint');
  }
  return {
    logIndex,
    logId: logId.keyId,
    kind: kindVersion.kind,
    version: kindVersion.version,
    integratedTime: integratedTime === 0n ? undefined : integratedTime,
    inclusionPromise: inclusionPromise?.signedEntryTimestamp,
    inclusionProof: inclusionProof && {
      logIndex: inclusionProof.logIndex,
      rootHash: inclusionProof.rootHash,
      treeSize: inclusionProof.treeSize,
      hashes: inclusionProof.hashes,
      checkpoint: inclusionProof.checkpoint?.envelope,
    },
    canonicalizedBody: entry.canonicalizedBody,
  };
}

function readContent({
  messageSignature,
  dsseEnvelope,
}: Pick<BundleJson, 'messageSignature' | 'dsseEnvelope'>): BundleContent {
  if (messageSignature !== undefined && dsseEnvelope === undefined) {
    const { messageDigest, signature } = messageSignature;
    const digest = messageDigest && { algorithm: messageDigest.algorithm, bytes: messageDigest.digest };
    return { kind: 'message', digest, signature };
  }
  const signature = dsseEnvelope?.signatures[0];
  if (dsseEnvelope === undefined || messageSignature !== undefined || signature === undefined) {
    throw malformed('not exactly one of messageSignature, dsseEnvelope');
  }
  const { payload, payloadType } = dsseEnvelope;
  return { kind: 'envelope', payloadType, payload, signature: signature.sig, keyid: signature.keyid };
}

function malformed(reason: string): BundleError {
  return new BundleError('bundle-malformed', `not a bundle: ${reason}`);
}
