/**
 * Which roots the CT log accepts chains to: those of the certificate authority it serves, read from its trust bundle.
 * Fetched when first needed and again when a chain ends elsewhere, so that either process may start first and a new
 * root needs no restart.
 */
import { z } from 'zod';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';

export class RootsError extends Error {
  override readonly name = 'RootsError';
}

const trustBundle = z.object({
  chains: z.array(z.object({ certificates: z.array(z.string().max(100_000)).max(10) })).max(100),
});

const quietMs = 2_000;
const patienceMs = 3_000;

export class AcceptedRoots {
  private readonly url: string;
  private roots: readonly Certificate[] = [];
  private asked: Promise<readonly Certificate[]> | undefined;
  private askedAt = -Infinity;

  /** `caUrl` is the configured address of the authority. */
  constructor(caUrl: string) {
    this.url = `${caUrl}/api/v2/trustBundle`;
  }

  /** Those known; asks the authority when none are. Throws RootsError when it does not answer. */
  async known(): Promise<readonly Certificate[]> {
    return this.roots.length > 0 ? this.roots : this.renewed();
  }

  /** Asks the authority again, unless it was asked a moment ago. */
  async renewed(): Promise<readonly Certificate[]> {
    if (this.asked === undefined && performance.now() - this.askedAt < quietMs) {
      // Not knowing any root is our trouble, never the fault of the chain that was submitted.
      if (this.roots.length === 0)
        throw new RootsError('the certificate authority of this log did not answer yet');
      return this.roots;
    }
    this.askedAt = performance.now();
    this.asked ??= this.fetchRoots().finally(() => (this.asked = undefined));
    this.roots = await this.asked;
    return this.roots;
  }

  private async fetchRoots(): Promise<Certificate[]> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return rootsOf(await response.json());
    } catch (cause) {
      throw new RootsError('the certificate authority of this log does not answer', { cause });
    }
  }
}

/** {"chains":[{"certificates":[PEM...]}]}, leaf-most first: the last of each chain is its root. */
function rootsOf(bundle: unknown): Certificate[] {
  return trustBundle.parse(bundle).chains.map(({ certificates }) => {
    const [block] = fromPem(certificates.at(-1) ?? '') ?? [];
    if (block?.label !== 'CERTIFICATE') throw new RootsError('a chain of the trust bundle has no root');
    return readCertificate(block.bytes);
  });
}
