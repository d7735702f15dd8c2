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

/** One element: its tag, its contents, and its whole encoding. Both are views of the input, not copies. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly encoding: Uint8Array;
  /** A reader over the contents. */
  inside(): DerReader;
}

/** Making a view costs more than finding its ends, and most elements are only passed over: views are made when asked for. */
class Element implements DerElement {
  readonly tag: number;
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly insideAt: number;
  private readonly end: number;

  constructor(elementTag: number, bytes: Uint8Array, start: number, insideAt: number, end: number) {
    this.tag = elementTag;
    this.bytes = bytes;
    this.start = start;
    this.insideAt = insideAt;
    this.end = end;
  }

  get contents(): Uint8Array {
    return this.bytes.subarray(this.insideAt, this.end);
  }

  get encoding(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  inside(): DerReader {
    return new DerReader(this.bytes, this.insideAt, this.end);
  }
}

export class DerReader {
  private readonly bytes: Uint8Array;
  private readonly limit: number;
  private at: number;

  /** Reads `bytes`, or the part of them from `start` to `end`. */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.limit = end;
  }

  get done(): boolean {
    return this.at === this.limit;
  }

  /** The tag of the next element, undefined at the end. */
  peek(): number | undefined {
    return this.at < this.limit ? this.bytes[this.at] : undefined;
  }

  /** Reads the next element; with `expected`, throws when its tag is another. */
  next(expected?: number): DerElement {
    const start = this.at;
    const found = this.header(expected);
    const inside = this.at;
    this.at = this.endOfContents;
    return new Element(found, this.bytes, start, inside, this.at);
  }

  /** Reads the next element if it has this tag. */
  optional(expected: number): DerElement | undefined {
    return this.peek() === expected ? this.next(expected) : undefined;
  }

  /** A reader over the contents of the next element. */
  enter(expected: number): DerReader {
    this.header(expected);
    const inside = this.at;
    this.at = this.endOfContents;
    return new DerReader(this.bytes, inside, this.at);
  }

  /** Where in the bytes the next element begins. */
  get position(): number {
    return this.at;
  }

  /** Goes into the next element, and says where its contents end. */
  open(expected: number): number {
    this.header(expected);
    return this.endOfContents;
  }

  /** Passes over what is left before `end`, which was said to lie ahead. */
  skipTo(end: number): void {
    this.at = end;
  }

  /** The next element, an OBJECT IDENTIFIER, in dotted form. */
  oid(): string {
    this.header(tag.oid);
    const start = this.at;
    this.at = this.endOfContents;
    return oidAt(this.bytes, start, this.at);
  }

  /** Trailing bytes are an error: call when everything that belongs here was read. */
  end(): void {
    if (!this.done) throw new DerError('trailing bytes');
  }

  private endOfContents = 0;

  /** Reads a tag and a length; the contents, which end within what is read here, come next. */
  private header(expected: number | undefined): number {
    const found = this.byte();
    if ((found & 0x1f) === 0x1f) throw new DerError('multi-byte tag');
    if (expected !== undefined && found !== expected) {
      throw new DerError(`tag 0x${found.toString(16)} where 0x${expected.toString(16)} belongs`);
    }
    const length = this.length();
    this.endOfContents = this.at + length;
    if (this.endOfContents > this.limit) throw new DerError('element runs past the end');
    return found;
  }

  private byte(): number {
    const byte = this.at < this.limit ? this.bytes[this.at] : undefined;
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

/** The contents of the part of a byte string from `start` to `end`, which is exactly one element of this tag. */
export function singleContents(bytes: Uint8Array, expected: number, start: number, end: number): Uint8Array {
  const reader = new DerReader(bytes, start, end);
  if (reader.open(expected) !== end) throw new DerError('trailing bytes');
  return bytes.subarray(reader.position, end);
}

// Certificates repeat a few dozen identifiers: the text of those met last is kept, one in each place.
const recentOids: ({ readonly contents: Uint8Array; readonly text: string } | undefined)[] = Array.from(
  { length: 256 },
  () => undefined,
);

/** X.690 §8.19: dotted form. Arcs past 2^31 and more than 32 of them are refused. */
export function readOid(contents: Uint8Array): string {
  return oidAt(contents, 0, contents.length);
}

function oidAt(bytes: Uint8Array, start: number, end: number): string {
  let place = end - start;
  for (let at = start; at < end; at++) place = (place * 31 + (bytes[at] ?? 0)) & 0xff;
  const recent = recentOids[place];
  if (recent !== undefined && standsAt(bytes, start, end, recent.contents)) return recent.text;
  const contents = bytes.slice(start, end);
  const text = decodeOid(contents);
  recentOids[place] = { contents, text };
  return text;
}

function standsAt(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

function decodeOid(contents: Uint8Array): string {
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
export function readTime(element: Omit<DerElement, 'inside'>): Date {
  const digits = element.contents;
  const full = element.tag === tag.generalizedTime;
  const yearDigits = full ? 4 : 2;
  const isTime = full || element.tag === tag.utcTime;
  // Z, nothing else, ends it.
  if (!isTime || digits.length !== yearDigits + 11 || digits[yearDigits + 10] !== 0x5a)
    throw new DerError('not a time');
  const year = full ? 100 * twoDigits(digits, 0) + twoDigits(digits, 2) : twoDigits(digits, 0);
  const month = twoDigits(digits, yearDigits);
  const day = twoDigits(digits, yearDigits + 2);
  const hour = twoDigits(digits, yearDigits + 4);
  const minute = twoDigits(digits, yearDigits + 6);
  const second = twoDigits(digits, yearDigits + 8);
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

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw new DerError('not a time');
  return 10 * tens + ones;
}
