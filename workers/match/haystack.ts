/**
 * The text in which watched names are looked for when an entry does not read: its bytes, and what they hold in the
 * encodings that entries of logs are made of, one inside another. Names are ASCII wherever they stand.
 */

/** base64 of base64 of a PEM certificate, and one more. */
const deepest = 4;
/** Of text that is looked through, per byte of the entry, and at most: who writes an entry does not decide what it costs. */
const [workEach, most, leastEach] = [32, 16 << 20, 6];
/** A name is no shorter (byte-scan.ts); between printable runs stands nothing that could be one. */
const printable = /[\x20-\x7e]{5,}/g;

/** In lower case. */
export function haystackOf(leaf: Uint8Array): string {
  const whole = latin1(leaf);
  const found = [whole];
  let work = Math.max(leaf.length * leastEach, Math.min(leaf.length * workEach, most));
  let level = [whole];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next: string[] = [];
    for (const text of level) {
      const plain = withoutEscapes(text);
      if (plain !== text) found.push(printableOf(plain));
      for (const decoded of decodings(plain)) {
        work -= decoded.length;
        if (work < 0) return found.join('\n').toLowerCase();
        const bytes = withoutNuls(decoded);
        const inside = printableOf(bytes);
        if (inside === '') continue;
        found.push(inside);
        next.push(bytes);
      }
    }
    level = next;
  }
  return found.join('\n').toLowerCase();
}

function printableOf(text: string): string {
  return (text.match(printable) ?? []).join('\n');
}

/** UTF-16 of what is ASCII, in either order. */
function withoutNuls(text: string): string {
  return text.replaceAll('\0', '');
}

/** Escapes of JSON, also within JSON, and of URIs. */
function withoutEscapes(text: string): string {
  let plain = withoutNuls(text);
  for (let round = 0; round < 3 && /[\\%]/.test(plain); round++) {
    const before = plain;
    plain = plain.replaceAll(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|%([0-9a-f]{2})|\\(.)/gi, unescaped);
    if (plain === before) break;
  }
  return plain;
}

function unescaped(_: string, unicode?: string, hex?: string, percent?: string, character = ''): string {
  const code = unicode ?? hex ?? percent;
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return 'nrtbf'.includes(character) ? '\n' : character;
}

/**
 * Runs of base64 in either alphabet and of hexadecimal, over line ends. Neighbouring characters may look like part of a
 * run: it is read from each place at which a group could begin; what is read wrongly is noise, and holds no further run.
 */
function* decodings(text: string): Generator<string> {
  const joined = text.replaceAll(/\s+/g, '');
  for (const [run] of joined.matchAll(/[A-Za-z0-9+/_-]{16,}/g))
    for (let from = 0; from < 4; from++) yield Buffer.from(run.slice(from), 'base64').toString('latin1');
  for (const [run] of joined.matchAll(/(?:[0-9a-f]{2}[:-]?){8,}[0-9a-f]?/gi)) {
    const digits = run.replaceAll(/[:-]/g, '');
    for (let from = 0; from < 2; from++)
      yield Buffer.from(evenly(digits.slice(from)), 'hex').toString('latin1');
  }
}

function evenly(digits: string): string {
  return digits.slice(0, digits.length - (digits.length % 2));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
