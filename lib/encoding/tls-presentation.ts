/** TLS presentation language, RFC 8446 §3: opaque vectors with a length in front, as RFC 6962 uses them. */
import { concat, readUint, uintBytes } from './bytes.ts';

export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/** opaque contents<0..2^(8*lengthSize)-1> */
export function vector(lengthSize: 1 | 2 | 3, contents: Uint8Array): Uint8Array {
  return concat(uintBytes(contents.length, lengthSize), contents);
}

/** Where the vector whose length stands at `at` has its end, read in place. */
export function vectorEnd(bytes: Uint8Array, lengthSize: 1 | 2 | 3, at: number): number {
  let length = 0;
  for (let byte = 0; byte < lengthSize; byte++) length = length * 256 + (bytes[at + byte] ?? 0);
  const end = at + lengthSize + length;
  if (end > bytes.length) throw new TlsError('unexpected end');
  return end;
}

export class TlsReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  uint(size: number): bigint {
    return readUint(this.opaque(size));
  }

  opaque(size: number): Uint8Array {
    if (this.at + size > this.bytes.length) throw new TlsError('unexpected end');
    const part = this.bytes.subarray(this.at, this.at + size);
    this.at += size;
    return part;
  }

  vector(lengthSize: 1 | 2 | 3): Uint8Array {
    return this.opaque(Number(this.uint(lengthSize)));
  }

  end(): void {
    if (!this.done) throw new TlsError('trailing bytes');
  }
}
