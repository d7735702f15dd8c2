/** Entry bundles are base64 within JSON mostly, and shrink to a third: c2sp.org/tlog-tiles lets a log compress them. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const keptBundles = 64;

/** RFC 9110 §12.5.3, as far as it matters: whether gzip is named, and not with a weight of nothing. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '')
    .split(',')
    .some((one) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
}

export class CompressedBundles {
  /** Full bundles by path; the least recently used goes first. */
  private readonly kept = new Map<string, Uint8Array>();

  /** `full`: these bytes never change. */
  async of(path: string, bytes: Uint8Array, full: boolean): Promise<Uint8Array> {
    const known = this.kept.get(path);
    this.kept.delete(path);
    const compressed = known ?? (await compress(bytes));
    if (full) this.kept.set(path, compressed);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= keptBundles) break;
      this.kept.delete(oldest);
    }
    return compressed;
  }
}
