/**
 * The one spelling of a hashedrekord 0.0.2 leaf, read in one pass over its bytes: a monitor reads millions. What is not
 * spelt so is left to hashedrekord.ts, which says why.
 */
import type { HashedRekord } from './hashedrekord.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const parts = {
  digest: ascii('","digest":"'),
  signature: ascii('"},"signature":{"content":"'),
  keyDetails: ascii('","verifier":{"keyDetails":"'),
  certificate: ascii('","x509Certificate":{"rawBytes":"'),
  publicKey: ascii('","publicKey":{"rawBytes":"'),
  end: ascii('"}}}}}}'),
} as const;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const invalid = 255;
const values = new Uint8Array(256).fill(invalid);
for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;

/** Of two characters at once, by both: twelve bits, or more when one of them is none of the alphabet. */
const invalidPair = 0xffff;
const pairs = new Uint16Array(0x1_0000).fill(invalidPair);
for (let first = 0; first < 64; first++)
  for (let second = 0; second < 64; second++)
    pairs[(alphabet.charCodeAt(first) << 8) | alphabet.charCodeAt(second)] = (first << 6) | second;

const quote = 0x22;
const padding = 0x3d;

export type Scanned = Omit<HashedRekord, 'digestAlgorithm'> & { readonly digestAlgorithm: string };

/** `opening` stands before the algorithm. Undefined when the leaf is spelt otherwise in any way. */
export function scanHashedRekord(leaf: Uint8Array, opening: Uint8Array): Scanned | undefined {
  const scan = new Scan(leaf);
  if (!scan.literal(opening)) return undefined;
  const digestAlgorithm = scan.name();
  if (!scan.literal(parts.digest)) return undefined;
  const digest = scan.base64();
  if (digest === undefined || !scan.literal(parts.signature)) return undefined;
  const signature = scan.base64();
  if (signature === undefined || !scan.literal(parts.keyDetails)) return undefined;
  const keyDetails = scan.name();
  const isCertificate = scan.literal(parts.certificate);
  if (!isCertificate && !scan.literal(parts.publicKey)) return undefined;
  const bytes = scan.base64();
  if (bytes === undefined || !scan.literal(parts.end) || !scan.done) return undefined;
  const verifier = { kind: isCertificate ? 'certificate' : 'publicKey', bytes } as const;
  return { digestAlgorithm, digest, signature, verifier, keyDetails };
}

class Scan {
  private readonly bytes: Uint8Array;
  private at = 0;
  /** Everything that is decoded, one behind the other: memory costs by the piece. */
  private readonly decoded: Uint8Array;
  private written = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.decoded = new Uint8Array(Math.ceil((bytes.length / 4) * 3));
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  literal(wanted: Uint8Array): boolean {
    for (let i = 0; i < wanted.length; i++) if (this.bytes[this.at + i] !== wanted[i]) return false;
    this.at += wanted.length;
    return true;
  }

  /** Capital letters, digits and underscores, as many as stand here. */
  name(): string {
    let name = '';
    for (; name.length < 65; this.at++) {
      const code = this.bytes[this.at] ?? 0;
      const isName = (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
      if (!isName) break;
      name += String.fromCharCode(code);
    }
    return name;
  }

  /** Up to the next quotation mark: padded, unused bits zero, not empty (RFC 4648 §4). */
  base64(): Uint8Array | undefined {
    const end = this.bytes.indexOf(quote, this.at);
    const length = end - this.at;
    if (length < 4 || length % 4 !== 0) return undefined;
    const padded = this.bytes[end - 1] !== padding ? 0 : this.bytes[end - 2] !== padding ? 1 : 2;
    const { decoded, written: start } = this;
    const whole = end - (padded === 0 ? 0 : 4);
    let written = start;
    let seen = 0;
    for (let at = this.at; at < whole; at += 4) {
      const high = pairs[((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0)] ?? invalidPair;
      const low = pairs[((this.bytes[at + 2] ?? 0) << 8) | (this.bytes[at + 3] ?? 0)] ?? invalidPair;
      seen |= high | low;
      decoded[written++] = high >> 4;
      decoded[written++] = (high << 4) | (low >> 8);
      decoded[written++] = low;
    }
    const isLastValid = padded === 0 || this.lastGroup(whole, padded, decoded, written) < 64;
    this.at = end;
    this.written = start + (length / 4) * 3 - padded;
    return seen < 4096 && isLastValid ? decoded.subarray(start, this.written) : undefined;
  }

  private lastGroup(at: number, padded: number, decoded: Uint8Array, written: number): number {
    const a = values[this.bytes[at] ?? 0] ?? invalid;
    const b = values[this.bytes[at + 1] ?? 0] ?? invalid;
    const c = padded === 1 ? (values[this.bytes[at + 2] ?? 0] ?? invalid) : 0;
    decoded[written] = (a << 2) | (b >> 4);
    if (padded === 1) decoded[written + 1] = (b << 4) | (c >> 2);
    const unused = padded === 1 ? c & 3 : b & 15;
    return unused === 0 ? a | b | c : invalid;
  }
}
