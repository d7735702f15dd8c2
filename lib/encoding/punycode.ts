/** Punycode (RFC 3492 §6.2, with the parameters of §5): what stands behind the `xn--` of a label of a domain name. */
const [base, tMin, tMax, skew, damp, firstBias, firstCode] = [36, 1, 26, 38, 700, 72, 128];
const longest = 59;

/** Undefined for what is no punycode. */
export function decodePunycode(text: string): string | undefined {
  if (text.length > longest || !/^[a-z0-9-]+$/i.test(text)) return undefined;
  const last = text.lastIndexOf('-');
  const output = Array.from(text.slice(0, Math.max(last, 0)), (letter) => letter.codePointAt(0) ?? 0);
  let [code, at, bias] = [firstCode, 0, firstBias];
  for (let next = last + 1; next < text.length;) {
    const read = readDelta(text, next, bias);
    if (read === undefined) return undefined;
    const [delta, end] = read;
    bias = adapt(delta, output.length + 1, at === 0 && code === firstCode && next === last + 1);
    const place = at + delta;
    code += Math.floor(place / (output.length + 1));
    at = place % (output.length + 1);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    output.splice(at++, 0, code);
    next = end;
  }
  return String.fromCodePoint(...output);
}

/** A number of variable length, least digit first, and where it ends. */
function readDelta(text: string, from: number, bias: number): [number, number] | undefined {
  let [delta, weight] = [0, 1];
  for (let at = from, k = base; at < text.length; at++, k += base) {
    const digit = digitOf(text.charCodeAt(at));
    delta += digit * weight;
    if (digit < 0 || delta > Number.MAX_SAFE_INTEGER) return undefined;
    const threshold = Math.min(Math.max(k - bias, tMin), tMax);
    if (digit < threshold) return [delta, at + 1];
    weight *= base - threshold;
  }
  return undefined;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 26;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? letter - 0x61 : -1;
}

function adapt(first: number, points: number, isFirst: boolean): number {
  let delta = Math.floor(first / (isFirst ? damp : 2));
  delta += Math.floor(delta / points);
  let k = 0;
  for (; delta > ((base - tMin) * tMax) / 2; k += base) delta = Math.floor(delta / (base - tMin));
  return k + Math.floor(((base - tMin + 1) * delta) / (delta + skew));
}
