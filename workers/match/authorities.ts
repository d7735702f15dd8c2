/**
 * Is a certificate from an authority we trust? A name in a certificate means something only then: anyone can put a
 * self-signed "you" into a log. Checked at the time of issue, since signing certificates live for minutes.
 */
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { isValidAt, type TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { CertificateError, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, checkLeaf, mayIssue, verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose } from '#lib/x509/extensions.ts';

/** An authority above which everything is proved, for as long as all of that is valid. */
interface KnownIssuer {
  readonly certificate: Certificate;
  readonly from: Date;
  readonly to: Date;
}

/** What is left to check of a leaf: one signature, or nothing. */
export type LeafCheck = { readonly issuer: Certificate } | 'untrusted' | 'unknown-issuer';

const purpose = keyPurpose.codeSigning;

/**
 * The authorities of one trust root. A log repeats few issuers: the path above one is proved with the first leaf that
 * brings it, and from then on a leaf costs one signature. Whatever does not fit goes the long way.
 */
export class Authorities {
  private readonly authorities: readonly TrustedAuthority[];
  private readonly known = new Map<Certificate, KnownIssuer>();

  private constructor(authorities: readonly TrustedAuthority[]) {
    this.authorities = authorities;
  }

  private static readonly made = new WeakMap<readonly TrustedAuthority[], Authorities>();

  static of(authorities: readonly TrustedAuthority[]): Authorities {
    const made = Authorities.made.get(authorities) ?? new Authorities(authorities);
    Authorities.made.set(authorities, made);
    return made;
  }

  /** The same as `isTrusted`, but for the signature by `issuer`. */
  checkLeaf(leaf: Certificate, allowPoison: boolean): LeafCheck {
    const at = leaf.notBefore;
    try {
      checkLeaf({ leaf, at, purpose, allowPoison });
      for (const { certificate, from, to } of this.known.values())
        if (at >= from && at <= to && mayIssue(certificate, leaf)) return { issuer: certificate };
    } catch (error) {
      if (isRefusal(error)) return 'untrusted';
      throw error;
    }
    return 'unknown-issuer';
  }

  async isTrusted(leaf: Certificate, allowPoison: boolean): Promise<boolean> {
    const at = leaf.notBefore;
    const valid = this.authorities.filter(({ validFor }) => isValidAt(validFor, at));
    const chains = valid.map(({ chain }) => chain);
    const intermediates = chains.flatMap((chain) => chain.slice(0, -1));
    const roots = chains.flatMap((chain) => chain.slice(-1));
    const verifySignature = verifyCertificateSignature;
    try {
      const question = { leaf, intermediates, roots, at, purpose, verifySignature, allowPoison };
      this.learn(await verifyChain(question), valid);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  private learn([, ...path]: readonly Certificate[], valid: readonly TrustedAuthority[]): void {
    const [certificate] = path;
    if (certificate === undefined) return;
    const starts = [
      ...path.map(({ notBefore }) => notBefore),
      ...valid.map(({ validFor }) => validFor.start),
    ];
    const ends = [
      ...path.map(({ notAfter }) => notAfter),
      ...valid.flatMap(({ validFor: { end } }) => (end === undefined ? [] : [end])),
    ];
    const from = new Date(Math.max(...starts.map(Number)));
    const to = new Date(Math.min(...ends.map(Number)));
    this.known.set(certificate, { certificate, from, to });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ChainError || error instanceof CertificateError;
}
