/** Archives in the ustar format (POSIX.1-2008, pax, "ustar Interchange Format"): plain files, the same bytes each time. */
import { concat, utf8 } from './bytes.ts';

export interface TarFile {
  /** With `/` between folders; the last part at most 100 bytes, the folders above it 155. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const block = 512;

export function writeTar(files: readonly TarFile[], modified: Date): Uint8Array {
  const parts = files.flatMap(({ path, bytes }) => {
    const padding = new Uint8Array((block - (bytes.length % block)) % block);
    return [header(path, bytes.length, modified), bytes, padding];
  });
  // Two empty blocks are the end.
  return concat(...parts, new Uint8Array(2 * block));
}

/**
 * name 100, mode 8, uid 8, gid 8, size 12, mtime 12, chksum 8, typeflag 1, linkname 100, magic 6, version 2, uname 32,
 * gname 32, devmajor 8, devminor 8, prefix 155. A reader joins prefix and name with a slash.
 */
function header(path: string, size: number, modified: Date): Uint8Array {
  const slash = path.lastIndexOf('/');
  const name = utf8(path.slice(slash + 1));
  const prefix = utf8(path.slice(0, Math.max(0, slash)));
  if (name.length > 100 || name.length === 0 || prefix.length > 155) {
    throw new RangeError(`${path}: cannot be named in an archive`);
  }
  const bytes = new Uint8Array(block);
  bytes.set(name, 0);
  bytes.set(octal(0o644, 8), 100);
  bytes.set(octal(0, 8), 108);
  bytes.set(octal(0, 8), 116);
  bytes.set(octal(size, 12), 124);
  bytes.set(octal(Math.floor(modified.getTime() / 1000), 12), 136);
  bytes.set(utf8('0'), 156);
  bytes.set(utf8('ustar\u000000'), 257);
  bytes.set(prefix, 345);
  // The checksum counts its own field as spaces.
  bytes.fill(0x20, 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.set(utf8(`${sum.toString(8).padStart(6, '0')}\u0000 `), 148);
  return bytes;
}

function octal(value: number, width: number): Uint8Array {
  return utf8(`${value.toString(8).padStart(width - 1, '0')}\u0000`);
}
