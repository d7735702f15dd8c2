/** What a thread that reads entries is sent: a batch, and with the first one the authorities its certificates are held against. */
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import type { BatchToIndex } from './indexed-batch.ts';

export interface SentBatch {
  readonly batch: BatchToIndex;
  /** When they are others than those of the batch before. */
  readonly authorities: readonly SentAuthority[] | undefined;
}

interface SentAuthority extends Omit<TrustedAuthority, 'chain'> {
  readonly chain: readonly Uint8Array[];
}

export function authoritiesToSend(trusted: readonly TrustedAuthority[]): SentAuthority[] {
  return trusted.map(({ chain, ...authority }) => ({
    ...authority,
    chain: chain.map(({ encoding }) => encoding),
  }));
}

export function trustedOf(sent: readonly SentAuthority[]): TrustedAuthority[] {
  return sent.map(({ chain, ...authority }) => ({ ...authority, chain: chain.map(readCertificate) }));
}
