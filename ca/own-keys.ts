/** The keys that sign for this service itself. A certificate for one would let a person speak with the service's voice. */
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import type { MountedProvider } from './oidc/provider/mount.ts';
import type { Issuing } from './trust-root/issuing.ts';
import type { KnownLogs } from './trust-root/known-logs.ts';
import type { MountedTuf } from './trust-root/tuf/mount.ts';

export interface OwnKeysDeps {
  readonly issuing: Issuing;
  readonly knownLogs: KnownLogs;
  readonly tuf: Pick<MountedTuf, 'publicKeys'>;
  readonly provider: MountedProvider;
}

const freshMs = 1_000;

export class OwnKeys {
  private readonly deps: OwnKeysDeps;
  private known: ReadonlySet<string> = new Set();
  private readAt = -Infinity;

  constructor(deps: OwnKeysDeps) {
    this.deps = deps;
  }

  has(spki: Uint8Array): boolean {
    // Keys change by the year, and this is asked with every certificate.
    if (performance.now() - this.readAt > freshMs) {
      this.known = new Set(this.read());
      this.readAt = performance.now();
    }
    return this.known.has(toBase64(spki));
  }

  private read(): string[] {
    const { issuing, knownLogs, tuf, provider } = this.deps;
    const chains = [issuing.inUse, ...issuing.announced, issuing.timestamps].map(({ chain }) => chain);
    const spkis = [
      ...chains.flatMap((chain) => chain.map(({ spki }) => spki)),
      ...provider.publicKeys(),
      ...tuf.publicKeys().flatMap((pem) => (fromPem(pem) ?? []).map(({ bytes }) => bytes)),
      ...knownLogs.all().flatMap(({ publicKey }) => fromBase64(publicKey) ?? []),
    ];
    return spkis.map(toBase64);
  }
}
