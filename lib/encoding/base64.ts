/** Base64, RFC 4648 §4 (standard alphabet) and §5 (URL-safe). Decoding is strict: one spelling for each byte string. */

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlSafe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const invalid = 255;

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(256).fill(invalid);
  for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;
  return values;
}

const standardValues = valuesOf(standard);
const urlSafeValues = valuesOf(urlSafe);

export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, standard, true);
}

/** Without padding, as JWS uses it (RFC 7515 §2). */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlSafe, false);
}

/** Padding required, no white space, unused bits zero; undefined otherwise. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padding, standardValues);
}

/** No padding, no white space, unused bits zero; undefined otherwise. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return decode(text, text.length, urlSafeValues);
}

/** Either alphabet, padding optional: what protojson accepts for a bytes field. Unused bits must still be zero. */
export function fromProtoBase64(text: string): Uint8Array | undefined {
  const bare = text
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  return decode(bare, bare.length, standardValues);
}

function encode(bytes: Uint8Array, alphabet: string, pad: boolean): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(bytes.length - at, 3) + 1;
    for (let digit = 0; digit < digits; digit++) text += alphabet[(group >> (18 - 6 * digit)) & 63];
    if (pad) text += '='.repeat(4 - digits);
  }
  return text;
}

function decode(text: string, digits: number, values: Uint8Array): Uint8Array | undefined {
  const remainder = digits % 4;
  if (remainder === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits * 6) / 8));
  const whole = digits - remainder;
  let written = 0;
  // Values are below 64, `invalid` is not: one test at the end finds any.
  let seen = 0;
  for (let at = 0; at < whole; at += 4) {
    const a = valueAt(text, at, values);
    const b = valueAt(text, at + 1, values);
    const c = valueAt(text, at + 2, values);
    const d = valueAt(text, at + 3, values);
    seen |= a | b | c | d;
    bytes[written++] = (a << 2) | (b >> 4);
    bytes[written++] = (b << 4) | (c >> 2);
    bytes[written++] = (c << 6) | d;
  }
  let unused = 0;
  if (remainder > 0) {
    const a = valueAt(text, whole, values);
    const b = valueAt(text, whole + 1, values);
    const c = remainder === 3 ? valueAt(text, whole + 2, values) : 0;
    seen |= a | b | c;
    bytes[written++] = (a << 2) | (b >> 4);
    if (remainder === 3) bytes[written++] = (b << 4) | (c >> 2);
    unused = remainder === 3 ? c & 3 : b & 15;
  }
  return seen < 64 && unused === 0 ? bytes : undefined;
}

function valueAt(text: string, at: number, values: Uint8Array): number {
  const code = text.charCodeAt(at);
  return code < 256 ? (values[code] ?? invalid) : invalid;
}
