/**
 * Archives in the ZIP format (PKWARE APPNOTE 6.3.10): files as they are, not compressed, the same bytes each time, so that
 * every system's own program opens them.
 */
import { concat, utf8 } from './bytes.ts';

export interface ZipFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Bit 11: names are UTF-8 (APPNOTE D.1). */
const flags = 0x0800;
const version = 20;
const mostFiles = 0xffff;
const mostBytes = 0xffff_ffff;

export function writeZip(files: readonly ZipFile[], modified: Date): Uint8Array {
  if (files.length > mostFiles) throw new RangeError('more files than an archive of this kind can hold');
  const locals: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const name = utf8(file.path);
    const shared = sharedFields(file.bytes, name, modified);
    // Local file header, APPNOTE 4.3.7.
    const local = concat(four(0x0403_4b50), two(version), shared, two(0), name, file.bytes);
    // Central directory header, APPNOTE 4.3.12: no comment, disk 0, no attributes, where the local header is.
    const central = concat(two(0), two(0), two(0), two(0), four(0), four(offset), name);
    entries.push(concat(four(0x0201_4b50), two(version), two(version), shared, central));
    locals.push(local);
    offset += local.length;
    if (offset > mostBytes) throw new RangeError('more bytes than an archive of this kind can hold');
  }
  const directory = concat(...entries);
  const counts = concat(two(files.length), two(files.length), four(directory.length), four(offset));
  // End of central directory, APPNOTE 4.3.16.
  return concat(...locals, directory, four(0x0605_4b50), two(0), two(0), counts, two(0));
}

/** What both headers say: flags, method 0, time, date, CRC-32, size twice, length of the name. */
function sharedFields(bytes: Uint8Array, name: Uint8Array, modified: Date): Uint8Array {
  const time =
    (modified.getUTCHours() << 11) | (modified.getUTCMinutes() << 5) | (modified.getUTCSeconds() >> 1);
  const date =
    ((modified.getUTCFullYear() - 1980) << 9) | ((modified.getUTCMonth() + 1) << 5) | modified.getUTCDate();
  const size = four(bytes.length);
  return concat(two(flags), two(0), two(time), two(date), four(crc32(bytes)), size, size, two(name.length));
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  return rest >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return (sum ^ 0xffff_ffff) >>> 0;
}

/** Least significant byte first. */
function two(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function four(value: number): Uint8Array {
  return concat(two(value & 0xffff), two(value >>> 16));
}
