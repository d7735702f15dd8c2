/**
 * Trust roots that come through TUF: those of LOGS_FILE, which is how a new shard of somebody else's log is found, and that
 * of the public instance, with which a reader may verify. While a repository does not answer, what it last said counts, from
 * before a restart too.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from './logger.ts';
import { fetchTrustedRoot, TufTrustError, type TufSource } from './tuf.ts';

const retryMs = 60_000;

export class TufRoots {
  private readonly folder: string;
  private readonly logger: Logger;
  private readonly everyMs: number;
  private readonly known = new Map<string, { json: unknown; until: number }>();

  /** `folder` is made when the first root is read; each is asked again after `everyMs`, which takes a small file or two. */
  constructor(folder: string, logger: Logger, everyMs = 3_600_000) {
    this.folder = folder;
    this.logger = logger;
    this.everyMs = everyMs;
  }

  /** trusted_root.json, parsed; undefined when it was never read and cannot be now. */
  async read(mirror: string, firstRoot: TufSource['firstRoot']): Promise<unknown> {
    const id = createHash('sha256')
      .update(JSON.stringify([mirror, firstRoot]))
      .digest('hex')
      .slice(0, 32);
    const known = this.known.get(id);
    if (known !== undefined && Date.now() < known.until) return known.json;
    const { json, fresh } = await this.ask(id, { mirror, firstRoot, cacheDir: this.folder });
    this.known.set(id, {
      json,
      until: Date.now() + (fresh ? this.everyMs : Math.min(this.everyMs, retryMs)),
    });
    return json;
  }

  private async ask(id: string, source: TufSource): Promise<{ json: unknown; fresh: boolean }> {
    const kept = join(this.folder, `${id}.json`);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const { trustedRoot } = await fetchTrustedRoot(source);
      writeFileSync(kept, JSON.stringify(trustedRoot));
      return { json: trustedRoot, fresh: true };
    } catch (error) {
      if (!(error instanceof TufTrustError)) throw error;
      this.logger.warn({ err: error, mirror: source.mirror }, 'a trust root was not read through TUF');
      return { json: this.known.get(id)?.json ?? readKept(kept), fresh: false };
    }
  }
}

function readKept(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
