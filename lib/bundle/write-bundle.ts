/** Writing a bundle, always version 0.3, in the spelling every client reads: lower camel case, padded base64, int64 as text. */
import { toBase64 } from '#lib/encoding/base64.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { BundleError, type Bundle, type BundleContent, type BundleEntry } from './bundle.ts';

const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const hashNames: Readonly<Record<HashName, string>> = {
  'SHA-256': 'SHA2_256',
  'SHA-384': 'SHA2_384',
  'SHA-512': 'SHA2_512',
};

export function writeBundle(bundle: Omit<Bundle, 'version'>): string {
  return JSON.stringify(bundleToJson(bundle));
}

export function bundleToJson({ material, entries, timestamps, content }: Omit<Bundle, 'version'>): object {
  if (material.kind === 'certificate' && material.others.length > 0) {
    throw new BundleError('bundle-malformed', 'a bundle 0.3 holds one certificate, not a chain');
  }
  return {
    mediaType: bundleMediaType,
    verificationMaterial: {
      ...(material.kind === 'certificate'
        ? { certificate: { rawBytes: toBase64(material.leaf) } }
        : { publicKey: { hint: material.hint } }),
      tlogEntries: entries.map(entryJson),
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map((token) => ({ signedTimestamp: toBase64(token) })),
      },
    },
    ...contentJson(content),
  };
}

function entryJson(entry: BundleEntry): object {
  const { inclusionProof, inclusionPromise, integratedTime } = entry;
  if (inclusionProof?.checkpoint === undefined) {
    throw new BundleError('bundle-malformed', 'log entry without inclusion proof and checkpoint');
  }
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: toBase64(entry.logId) },
    kindVersion: { kind: entry.kind, version: entry.version },
    ...(integratedTime === undefined ? {} : { integratedTime: String(integratedTime) }),
    ...(inclusionPromise === undefined
      ? {}
      : { inclusionPromise: { signedEntryTimestamp: toBase64(inclusionPromise) } }),
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      rootHash: toBase64(inclusionProof.rootHash),
      treeSize: String(inclusionProof.treeSize),
      hashes: inclusionProof.hashes.map(toBase64),
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: toBase64(entry.canonicalizedBody),
  };
}

function contentJson(content: BundleContent): object {
  if (content.kind === 'envelope') {
    const { payload, payloadType, signature, keyid } = content;
    const signatures = [{ sig: toBase64(signature), keyid }];
    return { dsseEnvelope: { payload: toBase64(payload), payloadType, signatures } };
  }
  const { digest, signature } = content;
  const messageDigest = digest && {
    algorithm: hashNames[digest.algorithm],
    digest: toBase64(digest.bytes),
  };
  return {
    messageSignature: {
      ...(messageDigest === undefined ? {} : { messageDigest }),
      signature: toBase64(signature),
    },
  };
}
