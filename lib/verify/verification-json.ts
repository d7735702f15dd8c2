/** A verification as JSON: one form for the command line and the API. Text of strangers in it is raw; JSON escapes it. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { StepResult, Verification, VerifiedSignature } from './verification.ts';

export interface SignatureJson {
  readonly signer:
    | { readonly kind: 'key'; readonly publicKey: string }
    | {
        readonly kind: 'certificate';
        readonly identity: string;
        readonly identityKind: string;
        readonly issuer: string;
        readonly claims: Readonly<Record<string, string>>;
      };
  readonly times: readonly { readonly source: string; readonly name: string; readonly time: string }[];
  readonly entries: readonly { readonly log: string; readonly index: string }[];
  readonly predicateType?: string;
}

export type VerificationJson =
  | ({ readonly verdict: 'verified'; readonly steps: readonly StepResult[] } & SignatureJson)
  | {
      readonly verdict: 'refused';
      readonly failure: { readonly step: string; readonly code: string; readonly reason: string };
      readonly steps: readonly StepResult[];
    };

export function verificationJson(verification: Verification): VerificationJson {
  const { steps } = verification;
  if (verification.verdict === 'verified') {
    return { verdict: 'verified', ...signatureJson(verification.signature), steps };
  }
  const { step, code, reason } = verification.failure;
  return { verdict: 'refused', failure: { step, code, reason }, steps };
}

export function signatureJson({ signer, times, entries, predicateType }: VerifiedSignature): SignatureJson {
  return {
    signer:
      signer.kind === 'key'
        ? { kind: 'key', publicKey: toHex(signer.key) }
        : {
            kind: 'certificate',
            identity: signer.identity,
            identityKind: signer.identityKind,
            issuer: signer.issuer,
            claims: Object.fromEntries(
              Object.entries(signer.claims).filter(
                (claim): claim is [string, string] => claim[1] !== undefined,
              ),
            ),
          },
    times: times.map(({ source, name, time }) => ({ source, name, time: time.toISOString() })),
    entries: entries.map(({ logUrl, logIndex }) => ({ log: logUrl, index: String(logIndex) })),
    ...(predicateType === undefined ? {} : { predicateType }),
  };
}
