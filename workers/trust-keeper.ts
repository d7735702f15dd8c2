/** The trust root as this process knows it: read at start, then every minute; the last good one counts until then. */
import type { Logger } from '#lib/server/logger.ts';
import type { TrustedAuthority, TrustedRoot } from '#lib/trust/trusted-root.ts';

export interface TrustKeeperParts {
  readonly fetch: () => Promise<TrustedRoot>;
  readonly remembered: () => Promise<TrustedRoot | undefined>;
  /** What to do with a trust root, new or the same; what is trusted and asked besides. */
  readonly use: (root: TrustedRoot) => Promise<Besides>;
  readonly logger: Logger;
}

export interface Besides {
  readonly authorities: readonly TrustedAuthority[];
  readonly peers: readonly string[];
}

export class TrustKeeper {
  private readonly parts: TrustKeeperParts;
  private root: TrustedRoot | undefined;
  private trusted: readonly TrustedAuthority[] = [];
  private asked: readonly string[] = [];
  private failures = 0;

  constructor(parts: TrustKeeperParts) {
    this.parts = parts;
  }

  /** The same list until the trust root is read again. */
  get authorities(): readonly TrustedAuthority[] {
    return this.trusted;
  }

  /** Other monitors, to compare notes with. */
  get peers(): readonly string[] {
    return this.asked;
  }

  get isKnown(): boolean {
    return this.root !== undefined;
  }

  /** Never throws. True when the trust root was read from its source. */
  async refresh(): Promise<boolean> {
    try {
      await this.take(await this.parts.fetch());
      this.failures = 0;
      return true;
    } catch (error) {
      // At the start of everything the authority is not up yet; that is no news.
      if (++this.failures % 20 === 10) this.parts.logger.warn({ err: error }, 'trust root not read');
      if (this.root === undefined) await this.useRemembered();
      return false;
    }
  }

  private async useRemembered(): Promise<void> {
    try {
      const root = await this.parts.remembered();
      if (root !== undefined) await this.take(root);
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'remembered trust root not usable');
    }
  }

  private async take(root: TrustedRoot): Promise<void> {
    const { authorities, peers } = await this.parts.use(root);
    this.trusted = [...root.certificateAuthorities, ...authorities];
    this.asked = peers;
    this.root = root;
  }
}
