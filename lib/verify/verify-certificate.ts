/**
 * Step 2, certificate: the leaf chains to an authority we trust at every time that was vouched for in step 1, and
 * certificate logs have seen it. Issuers come from the trusted root alone; what the bundle brings along is not asked.
 */
import { verifyCertificateSignature } from '#crypto/certificate-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { isValidAt, type TrustedAuthority, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose, subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims, usernameOtherNameOid } from '#lib/x509/fulcio-oids.ts';
import { VerificationFailure, type Signer } from './verification.ts';
import { verifyScts } from './verify-sct.ts';

/** Leaf and what the bundle brought besides; throws `certificate-malformed`. */
export function readLeaf(leaf: Uint8Array): Certificate {
  return reading(() => readCertificate(leaf));
}

/** A root in a bundle would be trust that travels with the thing to be trusted (sigstore_bundle.proto forbids it). */
export function refuseRoots(others: readonly Uint8Array[]): void {
  for (const other of others) {
    const certificate = readLeaf(other);
    if (equal(certificate.subject, certificate.issuer)) {
      throw new VerificationFailure('certificate-chain-holds-root', 'the bundle holds a root certificate');
    }
  }
}

export async function verifyCertificate(
  leaf: Certificate,
  times: readonly Date[],
  trust: Pick<TrustedRoot, 'certificateAuthorities' | 'ctlogs'>,
): Promise<{ logsVouching: number }> {
  const issuer = await verifyPath(leaf, times, trust.certificateAuthorities);
  return { logsVouching: verifyScts(leaf, issuer.spki, trust.ctlogs) };
}

/** The certificate that issued it, under an authority we trust at every one of these times. */
export async function verifyPath(
  leaf: Certificate,
  times: readonly Date[],
  authorities: readonly TrustedAuthority[],
): Promise<Certificate> {
  let issuer: Certificate | undefined;
  for (const time of times) {
    const path = await pathAt(leaf, time, authorities);
    issuer ??= path[1];
  }
  if (issuer === undefined) throw new VerificationFailure('timestamp-missing', 'no time to verify at');
  return issuer;
}

/** The path under the first authority that gives one; else the reason of the one that came nearest. */
async function pathAt(
  leaf: Certificate,
  at: Date,
  authorities: readonly TrustedAuthority[],
): Promise<Certificate[]> {
  let failure = new VerificationFailure('certificate-untrusted', 'no authority we trust issued it');
  for (const { chain, validFor } of authorities) {
    const root = chain[chain.length - 1];
    if (root === undefined) continue;
    try {
      const path = await verifyChain({
        leaf,
        intermediates: chain.slice(0, -1),
        roots: [root],
        at,
        purpose: keyPurpose.codeSigning,
        verifySignature: rememberedSignature,
      });
      if (isValidAt(validFor, at)) return path;
      failure = new VerificationFailure(
        'certificate-authority-outside-validity',
        `its authority is not trusted for ${at.toISOString()}`,
      );
    } catch (error) {
      if (!(error instanceof ChainError || error instanceof CertificateError)) throw error;
      if (error instanceof ChainError && error.code === 'no-path-to-root') continue;
      failure = chainFailure(error, at);
    }
  }
  throw failure;
}

function chainFailure(error: ChainError | CertificateError, at: Date): VerificationFailure {
  const outside = error.code === 'outside-validity';
  return new VerificationFailure(
    outside ? 'certificate-outside-validity' : 'certificate-invalid',
    outside ? `the certificate or its issuer is not valid at ${at.toISOString()}` : error.message,
    { cause: error },
  );
}

/** The certificates of a trusted root are the same objects at every call: their signatures are checked once. */
const remembered = new WeakMap<Certificate, WeakMap<Uint8Array, boolean>>();

function rememberedSignature(certificate: Certificate, issuerSpki: Uint8Array): boolean {
  const known = remembered.get(certificate) ?? new WeakMap<Uint8Array, boolean>();
  remembered.set(certificate, known);
  const answer = known.get(issuerSpki) ?? verifyCertificateSignature(certificate, issuerSpki);
  known.set(issuerSpki, answer);
  return answer;
}

/** Whom the certificate names: exactly one, or it cannot be said who signed. */
export function readSigner(leaf: Certificate): Extract<Signer, { kind: 'certificate' }> {
  return reading(() => {
    const [name, ...more] = subjectAltNames(leaf);
    if (name === undefined || more.length > 0) {
      throw new VerificationFailure('identity-missing', 'the certificate does not name exactly one identity');
    }
    const isUsername = name.kind === 'otherName' && name.type === usernameOtherNameOid;
    if (name.kind !== 'email' && name.kind !== 'uri' && !isUsername) {
      throw new VerificationFailure('identity-missing', 'the certificate names no identity we know');
    }
    const claims = readFulcioClaims(leaf);
    const issuer = claims.issuer ?? claims.issuerV1;
    if (issuer === undefined || issuer === '') {
      throw new VerificationFailure('identity-missing', 'the certificate does not say who vouched');
    }
    if (claims.issuer !== undefined && claims.issuerV1 !== undefined && claims.issuer !== claims.issuerV1) {
      throw new VerificationFailure('identity-missing', 'the certificate names two issuers of the login');
    }
    const identityKind = name.kind === 'email' || name.kind === 'uri' ? name.kind : 'username';
    return { kind: 'certificate', identityKind, identity: name.value, issuer, claims, key: leaf.spki };
  });
}

export function certificateFacts(signer: Extract<Signer, { kind: 'certificate' }>, logs: number): string[] {
  return [
    `issued to ${visibleText(signer.identity)} by an authority we trust`,
    `seen by ${logs} certificate ${logs === 1 ? 'log' : 'logs'} we trust`,
  ];
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CertificateError)) throw cause;
    throw new VerificationFailure('certificate-malformed', cause.message, { cause });
  }
}
