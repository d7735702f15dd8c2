/** Distinguished Encoding Rules, X.690 §10: building elements inside out. */
import { concat, utf8 } from './bytes.ts';
import { contextTag, tag } from './der-reader.ts';

export function element(elementTag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return concat(elementHeader(elementTag, length), ...contents);
}

/** Tag and length, for contents that follow. */
export function elementHeader(elementTag: number, length: number): Uint8Array {
  let more = 0;
  if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) more++;
  const header = new Uint8Array(2 + more);
  header[0] = elementTag;
  header[1] = more === 0 ? length : 0x80 | more;
  for (let at = 1 + more, rest = length; at > 1; at--, rest = Math.floor(rest / 256))
    header[at] = rest & 0xff;
  return header;
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(tag.sequence, ...parts);
export const octetString = (...parts: readonly Uint8Array[]): Uint8Array =>
  element(tag.octetString, ...parts);
export const utf8String = (text: string): Uint8Array => element(tag.utf8String, utf8(text));
export const derNull = (): Uint8Array => Uint8Array.of(tag.null, 0);
export const derBoolean = (value: boolean): Uint8Array => Uint8Array.of(tag.boolean, 1, value ? 0xff : 0);

/** SET OF: DER orders the encodings of the members (X.690 §11.6). */
export function setOf(...members: readonly Uint8Array[]): Uint8Array {
  const sorted = [...members].sort((a, b) => {
    const at = a.findIndex((byte, index) => byte !== b[index]);
    return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
  });
  return element(tag.set, ...sorted);
}

export function explicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(contextTag(number, 'constructed'), ...parts);
}

export function implicit(number: number, contents: Uint8Array): Uint8Array {
  return element(contextTag(number, 'primitive'), contents);
}

/** A BIT STRING of whole octets. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(tag.bitString, Uint8Array.of(0), bytes);
}

/** A non-negative INTEGER from its magnitude, most significant byte first. */
export function unsigned(magnitude: Uint8Array | number): Uint8Array {
  const bytes = typeof magnitude === 'number' ? numberBytes(magnitude) : magnitude;
  const start = bytes.findIndex((byte) => byte !== 0);
  const minimal = start === -1 ? Uint8Array.of(0) : bytes.subarray(start);
  return (minimal[0] ?? 0) >= 0x80
    ? element(tag.integer, Uint8Array.of(0), minimal)
    : element(tag.integer, minimal);
}

function numberBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return Uint8Array.from(bytes.length === 0 ? [0] : bytes);
}

/** From dotted form, e.g. `2.5.29.17`. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [40 * first + second, ...rest].flatMap(base128);
  return element(tag.oid, Uint8Array.from(bytes));
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); whole seconds. */
export function time(at: Date): Uint8Array {
  const digits = at.toISOString().replace(/\.\d+Z$|[-:T]/g, '');
  return at.getUTCFullYear() < 2050
    ? element(tag.utcTime, utf8(`${digits.slice(2)}Z`))
    : element(tag.generalizedTime, utf8(`${digits}Z`));
}

export function generalizedTime(at: Date): Uint8Array {
  return element(tag.generalizedTime, utf8(`${at.toISOString().replace(/\.\d+Z$|[-:T]/g, '')}Z`));
}
