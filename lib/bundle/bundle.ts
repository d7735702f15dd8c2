/**
 * A Sigstore bundle (dev.sigstore.bundle.v1.Bundle): one signature with all that is needed to verify it offline. What
 * protobuf leaves to "one of" is a union here, so that no half-filled bundle can be written down.
 */
import type { HashName } from '#lib/crypto/hash-name.ts';

export type BundleVersion = '0.1' | '0.2' | '0.3';

export interface Bundle {
  readonly version: BundleVersion;
  readonly material: KeyMaterial;
  readonly entries: readonly BundleEntry[];
  /** RFC 3161 TimeStampResp or bare token, DER. */
  readonly timestamps: readonly Uint8Array[];
  readonly content: BundleContent;
}

export type KeyMaterial =
  /** `others` is what an older bundle carries besides the leaf. Nobody trusts them for being there. */
  | { readonly kind: 'certificate'; readonly leaf: Uint8Array; readonly others: readonly Uint8Array[] }
  | { readonly kind: 'public-key'; readonly hint: string };

export type BundleContent = MessageContent | EnvelopeContent;

export interface MessageContent {
  readonly kind: 'message';
  /** Unauthenticated: a hint that must not contradict the artifact. */
  readonly digest: { readonly algorithm: HashName; readonly bytes: Uint8Array } | undefined;
  readonly signature: Uint8Array;
}

/** DSSE, with the one signature that a bundle may hold. */
export interface EnvelopeContent {
  readonly kind: 'envelope';
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyid: string;
}

/** dev.sigstore.rekor.v1.TransparencyLogEntry */
export interface BundleEntry {
  /** Over all shards of a Rekor v1 log; equal to the proof's in Rekor v2. */
  readonly logIndex: bigint;
  readonly logId: Uint8Array;
  readonly kind: string;
  readonly version: string;
  /** Seconds since 1970; undefined where protobuf has 0, as in every Rekor v2 entry. */
  readonly integratedTime: bigint | undefined;
  /** The signed entry timestamp of Rekor v1. */
  readonly inclusionPromise: Uint8Array | undefined;
  readonly inclusionProof: BundleInclusionProof | undefined;
  /** The leaf of the log. */
  readonly canonicalizedBody: Uint8Array;
}

export interface BundleInclusionProof {
  readonly logIndex: bigint;
  readonly rootHash: Uint8Array;
  readonly treeSize: bigint;
  /** From the leaf to the root. */
  readonly hashes: readonly Uint8Array[];
  /** A signed note; some v0.1 bundles have none. */
  readonly checkpoint: string | undefined;
}

export const bundleMediaTypes: Readonly<Record<string, BundleVersion>> = {
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json': '0.3',
};

export type BundleErrorCode = 'bundle-too-large' | 'bundle-malformed' | 'bundle-unknown-version';

export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleErrorCode;

  constructor(code: BundleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
