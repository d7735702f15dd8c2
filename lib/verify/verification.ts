/**
 * What verifying a bundle comes to: five steps in order, each with its result and reason, and, when every one of them
 * passed, who signed what and when. A bundle is verified or it is refused; there is nothing in between.
 */
import type { FulcioClaims } from '#lib/x509/fulcio-oids.ts';

export type StepName = 'timestamps' | 'certificate' | 'log' | 'signature' | 'identity';

/** Closed: whoever shows or maps failures has a case for each. */
export type FailureCode =
  // timestamps: when was it signed, by the word of somebody we trust
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-untrusted'
  | 'timestamp-invalid'
  | 'timestamp-of-another-signature'
  | 'timestamp-outside-authority-validity'
  | 'promise-invalid'
  // certificate: whose key, by the word of an authority we trust
  | 'certificate-malformed'
  | 'certificate-untrusted'
  | 'certificate-invalid'
  | 'certificate-outside-validity'
  | 'certificate-authority-outside-validity'
  | 'certificate-chain-holds-root'
  | 'sct-missing'
  | 'sct-untrusted'
  | 'sct-invalid'
  | 'key-missing'
  | 'key-malformed'
  // log: did the whole world get to see it
  | 'entry-missing'
  | 'entry-repeated'
  | 'log-untrusted'
  | 'log-outside-validity'
  | 'inclusion-proof-missing'
  | 'inclusion-proof-invalid'
  | 'checkpoint-missing'
  | 'checkpoint-malformed'
  | 'checkpoint-unsigned'
  | 'checkpoint-signature-invalid'
  | 'checkpoint-of-another-tree'
  | 'entry-unsupported'
  | 'entry-malformed'
  | 'entry-of-another-signature'
  // signature: does it cover this artifact
  | 'artifact-mismatch'
  | 'signature-invalid'
  | 'statement-malformed'
  | 'content-unsupported'
  // identity: is it who was asked for
  | 'identity-missing'
  | 'identity-mismatch'
  | 'issuer-mismatch'
  | 'claim-mismatch'
  | 'predicate-type-mismatch'
  | 'signer-kind-mismatch'
  // never expected; refused all the same
  | 'unexpected-error';

export type StepResult =
  | { readonly step: StepName; readonly outcome: 'passed'; readonly facts: readonly string[] }
  | {
      readonly step: StepName;
      readonly outcome: 'failed';
      readonly code: FailureCode;
      readonly reason: string;
    }
  | { readonly step: StepName; readonly outcome: 'skipped'; readonly reason: string };

export type FailedStep = Extract<StepResult, { outcome: 'failed' }>;

/** When somebody whom the verifier's owner believes first saw the log entry. Signed by nobody. */
export interface ObservedTime {
  readonly time: Date;
  /** Address of the observer. */
  readonly by: string;
}

/** Seconds count: two of one authority are one. */
export interface VerifiedTime {
  readonly source: 'timestamp-authority' | 'log' | 'observer';
  /** Hexadecimal: SHA-256 of the authority's key, or the log's id; of an observer its address. */
  readonly authority: string;
  readonly name: string;
  readonly time: Date;
}

export interface VerifiedEntry {
  readonly logId: Uint8Array;
  readonly logUrl: string;
  readonly logIndex: bigint;
  /** The signed note as it came, for whoever counts witnesses; undefined for an entry that stands on a promise alone. */
  readonly checkpoint: string | undefined;
}

export type Signer =
  | {
      readonly kind: 'certificate';
      readonly identityKind: 'email' | 'uri' | 'username';
      readonly identity: string;
      readonly issuer: string;
      readonly claims: FulcioClaims;
      /** SubjectPublicKeyInfo; new for each signature. */
      readonly key: Uint8Array;
    }
  | { readonly kind: 'key'; readonly key: Uint8Array };

export interface VerifiedSignature {
  readonly signer: Signer;
  /** By distinct authorities, earliest first. */
  readonly times: readonly VerifiedTime[];
  /** In distinct logs. */
  readonly entries: readonly VerifiedEntry[];
  /** For an attestation: what is said of the artifact. */
  readonly predicateType: string | undefined;
  readonly signature: Uint8Array;
}

export type Verification =
  | {
      readonly verdict: 'verified';
      readonly steps: readonly StepResult[];
      readonly signature: VerifiedSignature;
    }
  | { readonly verdict: 'refused'; readonly steps: readonly StepResult[]; readonly failure: FailedStep };

/** How a step ends early. It never leaves lib/verify. */
export class VerificationFailure extends Error {
  override readonly name = 'VerificationFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
  }
}
