/**
 * ARROW 1: artifact -> ephemeral key -> certificate -> signature -> log entry and timestamps -> bundle. The key is new for
 * every signature and forgotten after it. The bundle is verified as a stranger would before anybody gets to see it: a
 * signature that only its maker believes in is found out here, not in a release.
 */
import type { Bundle, BundleEntry } from '#lib/bundle/bundle.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import type { Verification } from '#lib/verify/verification.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import type { IdToken } from './id-token.ts';
import { requestCertificate } from './request-certificate.ts';
import { requestEntryV1 } from './request-entry-v1.ts';
import { requestEntryV2 } from './request-entry-v2.ts';
import { requestTimestamp } from './request-timestamp.ts';
import { SignError } from './sign-error.ts';
import { signContent, type SignedContent, type ToSign } from './signed-content.ts';
import type { SigningServices } from './signing-config.ts';
import type { Send, SigningKey } from './transport.ts';

export interface Signing {
  readonly services: SigningServices;
  readonly trustedRoot: TrustedRoot;
  readonly token: IdToken;
  readonly send: Send;
  /** Made for this signature. */
  readonly key: SigningKey;
  /** Told before each thing that takes time. */
  readonly progress?: ((step: SigningStep) => void) | undefined;
}

export type SigningStep = 'certificate' | 'log' | 'verification';

/** `artifact` is what a verifier will hold: the message itself, or what the statement speaks of. */
export async function sign(
  toSign: ToSign,
  artifact: Artifact,
  signing: Signing,
): Promise<{
  readonly bundle: Bundle;
  readonly verification: Extract<Verification, { verdict: 'verified' }>;
}> {
  const { services, token, send, key, progress = () => undefined } = signing;
  progress('certificate');
  const leaf = await requestCertificate(services.authority, token, key, send);
  const signed = await signContent(toSign, key);
  progress('log');
  // Neither needs the other, and a certificate lives for minutes.
  const [timestamps, entries] = await Promise.all([
    Promise.all(
      services.timestampAuthorities.map((url) => requestTimestamp(url, signed.content.signature, send)),
    ),
    Promise.all(services.logs.map((log) => requestEntry(log, signed, leaf, send))),
  ]);
  const bundle: Bundle = {
    version: '0.3',
    material: { kind: 'certificate', leaf, others: [] },
    entries,
    timestamps,
    content: signed.content,
  };
  progress('verification');
  return { bundle, verification: await verifyOwn(bundle, artifact, signing) };
}

function requestEntry(
  { url, version }: SigningServices['logs'][number],
  signed: SignedContent,
  leaf: Uint8Array,
  send: Send,
): Promise<BundleEntry> {
  return version === 1 ? requestEntryV1(url, signed, leaf, send) : requestEntryV2(url, signed, leaf, send);
}

async function verifyOwn(bundle: Bundle, artifact: Artifact, { trustedRoot }: Signing) {
  // Whose name the authority put in is shown to the person; it need not be the token's subject (CI identities).
  const expected = { signer: { kind: 'anyone' } } as const;
  const verification = await verifyBundle(bundle, artifact, { trustedRoot, expected });
  if (verification.verdict === 'verified') return verification;
  const { code, reason } = verification.failure;
  throw new SignError('bundle-does-not-verify', `the finished bundle does not verify: ${reason} (${code})`);
}
