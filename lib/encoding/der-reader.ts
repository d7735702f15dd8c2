/**
 * Distinguished Encoding Rules, X.690 §8 and §10: a strict reader over a byte string. It refuses indefinite and
 * non-minimal lengths, multi-byte tags and anything past the end, so what it accepts has one encoding only.
 */

export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tag [number], constructed or primitive. */
export function contextTag(number: number, form: 'constructed' | 'primitive'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One element: its tag, its contents, and its whole encoding. All three are views of the input, not copies. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly encoding: Uint8Array;
}

export class DerReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  /** The tag of the next element, undefined at the end. */
  peek(): number | undefined {
    return this.bytes[this.at];
  }

  /** Reads the next element; with `expected`, throws when its tag is another. */
  next(expected?: number): DerElement {
    const start = this.at;
    const found = this.byte();
    if ((found & 0x1f) === 0x1f) throw new DerError('multi-byte tag');
    if (expected !== undefined && found !== expected) {
      throw new DerError(`tag 0x${found.toString(16)} where 0x${expected.toString(16)} belongs`);
    }
    const length = this.length();
    const end = this.at + length;
    if (end > this.bytes.length) throw new DerError('element runs past the end');
    const contents = this.bytes.subarray(this.at, end);
    this.at = end;
    return { tag: found, contents, encoding: this.bytes.subarray(start, end) };
  }

  /** Reads the next element if it has this tag. */
  optional(expected: number): DerElement | undefined {
    return this.peek() === expected ? this.next(expected) : undefined;
  }

  /** A reader over the contents of the next element. */
  enter(expected: number): DerReader {
    return new DerReader(this.next(expected).contents);
  }

  /** Trailing bytes are an error: call when everything that belongs here was read. */
  end(): void {
    if (!this.done) throw new DerError('trailing bytes');
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new DerError('unexpected end');
    this.at++;
    return byte;
  }

  private length(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new DerError('indefinite or oversize length');
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.byte();
    const minimal = length >= 0x80 && length >= 256 ** (count - 1);
    if (!minimal) throw new DerError('length is not minimal');
    return length;
  }
}

/** Reads a byte string that is exactly one element. */
export function readSingle(bytes: Uint8Array, expected?: number): DerElement {
  const reader = new DerReader(bytes);
  const element = reader.next(expected);
  reader.end();
  return element;
}

/** X.690 §8.19: dotted form. Arcs past 2^31 and more than 32 of them are refused. */
export function readOid(contents: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const [at, byte] of contents.entries()) {
    if (arc === 0 && byte === 0x80) throw new DerError('object identifier arc is not minimal');
    arc = arc * 128 + (byte & 0x7f);
    if (arc > 0x7fffffff || arcs.length > 32) throw new DerError('object identifier too large');
    if ((byte & 0x80) !== 0) {
      if (at === contents.length - 1) throw new DerError('object identifier is cut off');
      continue;
    }
    if (arcs.length === 0) {
      const root = Math.min(Math.floor(arc / 40), 2);
      arcs.push(root, arc - 40 * root);
    } else {
      arcs.push(arc);
    }
    arc = 0;
  }
  if (arcs.length === 0) throw new DerError('empty object identifier');
  return arcs.join('.');
}

/** A non-negative INTEGER as its magnitude without leading zero; negative and non-minimal ones are refused. */
export function readUnsigned(contents: Uint8Array): Uint8Array {
  const [first, second] = contents;
  if (first === undefined) throw new DerError('empty integer');
  if (first >= 0x80) throw new DerError('negative integer');
  if (first === 0 && second !== undefined && second < 0x80) throw new DerError('integer is not minimal');
  return first === 0 && second !== undefined ? contents.subarray(1) : contents;
}

export function readBoolean(contents: Uint8Array): boolean {
  if (contents.length !== 1 || (contents[0] !== 0 && contents[0] !== 0xff))
    throw new DerError('not a DER boolean');
  return contents[0] === 0xff;
}

/** The octets of a BIT STRING that has no unused bits. */
export function readBitString(contents: Uint8Array): Uint8Array {
  if (contents[0] !== 0) throw new DerError('bit string with unused bits');
  return contents.subarray(1);
}

/** UTCTime or GeneralizedTime in the one form RFC 5280 §4.1.2.5 allows (seconds, Z). */
export function readTime(element: DerElement): Date {
  const text = String.fromCharCode(...element.contents.subarray(0, 20));
  const full = element.tag === tag.generalizedTime;
  const match = (
    full ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (match === null || (!full && element.tag !== tag.utcTime)) throw new DerError('not a time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const century = full ? 0 : year < 50 ? 2000 : 1900;
  const time = new Date(Date.UTC(century + year, month - 1, day, hour, minute, second));
  if (
    time.getUTCMonth() !== month - 1 ||
    time.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw new DerError('not a time');
  }
  return time;
}
