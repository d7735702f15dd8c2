/** Entry bundles are base64 within JSON mostly, and shrink to a third: c2sp.org/tlog-tiles lets a log compress them. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { RecentBytes } from './recent-bytes.ts';

const compress = promisify(gzip);
const keptBytes = 16 * 1024 * 1024;

/** RFC 9110 §12.5.3, as far as it matters: whether gzip is named, and not with a weight of nothing. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '')
    .split(',')
    .some((one) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
}

export class CompressedBundles {
  /** Full bundles by path. */
  private readonly kept = new RecentBytes(keptBytes);

  /** `full`: these bytes never change. */
  async of(path: string, bytes: Uint8Array, full: boolean): Promise<Uint8Array> {
    const known = this.kept.get(path);
    if (known !== undefined) return known;
    const compressed = await compress(bytes);
    if (full) this.kept.keep(path, compressed);
    return compressed;
  }
}
