/**
 * Is a certificate from an authority we trust? A name in a certificate means something only then: anyone can put a
 * self-signed "you" into a log. Checked at the time of issue, since signing certificates live for minutes.
 */
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import type { Trust } from '#lib/rules/facts.ts';
import { isValidAt, type TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { CertificateError, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, verifyChain, type VerifyCertificateSignature } from '#lib/x509/chain.ts';
import { keyPurpose } from '#lib/x509/extensions.ts';

export async function trustOf(entry: ReadEntry, authorities: readonly TrustedAuthority[]): Promise<Trust> {
  if (entry.kind === 'unparsable') return 'unparsable';
  if (entry.certificates.length === 0) return 'none';
  if (entry.signed.length === 0) return 'unknown';
  const allowPoison = entry.kind === 'precertificate';
  for (const certificate of entry.signed) {
    if (!(await isTrusted(certificate, authorities, allowPoison))) return 'untrusted';
  }
  // Beside a certified signature, one by a bare key vouches for nobody.
  return 'trusted';
}

const signedBy = new WeakMap<Certificate, Map<Uint8Array, boolean>>();

/**
 * An authority's own certificate is the same object for every leaf below it: its signature is checked once, and
 * forgotten with it. Leaves come and go.
 */
function rememberingSignatures(authorities: readonly TrustedAuthority[]): VerifyCertificateSignature {
  const own = new Set(authorities.flatMap(({ chain }) => chain));
  return (certificate, issuerSpki) => {
    if (!own.has(certificate)) return verifyCertificateSignature(certificate, issuerSpki);
    const known = signedBy.get(certificate) ?? new Map<Uint8Array, boolean>();
    signedBy.set(certificate, known);
    const good = known.get(issuerSpki) ?? verifyCertificateSignature(certificate, issuerSpki);
    known.set(issuerSpki, good);
    return good;
  };
}

async function isTrusted(
  leaf: Certificate,
  authorities: readonly TrustedAuthority[],
  allowPoison: boolean,
): Promise<boolean> {
  const at = leaf.notBefore;
  const chains = authorities.filter(({ validFor }) => isValidAt(validFor, at)).map(({ chain }) => chain);
  try {
    await verifyChain({
      leaf,
      intermediates: chains.flatMap((chain) => chain.slice(0, -1)),
      roots: chains.flatMap((chain) => chain.slice(-1)),
      at,
      purpose: keyPurpose.codeSigning,
      verifySignature: rememberingSignatures(authorities),
      allowPoison,
    });
    return true;
  } catch (error) {
    if (error instanceof ChainError || error instanceof CertificateError) return false;
    throw error;
  }
}
