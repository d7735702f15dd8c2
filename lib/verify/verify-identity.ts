/**
 * Step 5, identity: is the signer the one asked for? Runs on a certificate that the steps before have shown to be
 * genuine. An option that is set and cannot be checked is a refusal, never a pass.
 */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { describePattern, matchesText, type TextPattern } from './text-pattern.ts';
import { VerificationFailure, type Signer } from './verification.ts';

export type ExpectedSigner =
  | {
      readonly kind: 'identity';
      readonly identity: TextPattern;
      readonly issuer: TextPattern;
      readonly claims?: { readonly [name in FulcioClaimName]?: TextPattern };
    }
  /** SubjectPublicKeyInfo of a key that somebody keeps. */
  | { readonly kind: 'key'; readonly key: Uint8Array }
  /** For who wants to know who signed. Says nothing about whether they should have. */
  | { readonly kind: 'anyone' };

export interface Expectation {
  readonly signer: ExpectedSigner;
  /** Of an attestation; a plain signature has none, so it fails when one is asked for. */
  readonly predicateTypes?: readonly string[];
}

export function verifyIdentity(
  expected: Expectation,
  signer: Signer,
  predicateType: string | undefined,
): string[] {
  const facts = checkSigner(expected.signer, signer);
  const { predicateTypes } = expected;
  if (predicateTypes === undefined) {
    return predicateType === undefined ? facts : [...facts, attestationFact(predicateType)];
  }
  if (predicateType === undefined || !predicateTypes.includes(predicateType)) {
    const found =
      predicateType === undefined ? 'no attestation' : `an attestation of type ${visibleText(predicateType)}`;
    throw new VerificationFailure('predicate-type-mismatch', `${found}, not ${predicateTypes.join(' or ')}`);
  }
  return [...facts, attestationFact(predicateType)];
}

function attestationFact(predicateType: string): string {
  return `an attestation of type ${visibleText(predicateType)}`;
}

function checkSigner(expected: ExpectedSigner, signer: Signer): string[] {
  switch (expected.kind) {
    case 'anyone':
      return ['no identity was asked for'];
    case 'key':
      if (signer.kind !== 'key') {
        throw new VerificationFailure(
          'signer-kind-mismatch',
          'signed with a certificate; a key was asked for',
        );
      }
      return ['signed with the key that was asked for'];
    case 'identity':
      if (signer.kind !== 'certificate') {
        throw new VerificationFailure(
          'signer-kind-mismatch',
          'signed with a bare key; an identity was asked for',
        );
      }
      return checkIdentity(expected, signer);
  }
}

function checkIdentity(
  { identity, issuer, claims }: Extract<ExpectedSigner, { kind: 'identity' }>,
  signer: Extract<Signer, { kind: 'certificate' }>,
): string[] {
  if (!matchesText(identity, signer.identity)) {
    throw mismatch('identity-mismatch', 'signed by', signer.identity, identity);
  }
  if (!matchesText(issuer, signer.issuer)) {
    throw mismatch('issuer-mismatch', 'login vouched for by', signer.issuer, issuer);
  }
  const facts = [
    `signed by ${visibleText(signer.identity)}`,
    `login vouched for by ${visibleText(signer.issuer)}`,
  ];
  for (const [name, pattern] of Object.entries(claims ?? {})) {
    const value = signer.claims[name as FulcioClaimName];
    if (value === undefined || !matchesText(pattern, value)) {
      throw mismatch('claim-mismatch', `${name} is`, value, pattern);
    }
    facts.push(`${name} is ${visibleText(value)}`);
  }
  return facts;
}

function mismatch(
  code: 'identity-mismatch' | 'issuer-mismatch' | 'claim-mismatch',
  what: string,
  found: string | undefined,
  pattern: TextPattern,
): VerificationFailure {
  const shown = found === undefined ? 'not stated' : visibleText(found);
  return new VerificationFailure(code, `${what} ${shown}, not ${describePattern(pattern)}`);
}
