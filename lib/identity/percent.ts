/**
 * Percent-encoding in addresses (RFC 3986 §6.2.2.2), taken off where what it stands for can be read and changes nothing:
 * letters, digits and `-._~` of ASCII, and what one sees of other scripts. What would part the address otherwise, and what
 * nobody would see (controls, bidirectional marks, spaces), stays encoded, in upper case.
 */
import { utf8 } from '#lib/encoding/bytes.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const safe = /^(?:[A-Za-z0-9._~-]|[^\0-\x7f\p{C}\p{Z}\p{Default_Ignorable_Code_Point}])$/u;

export function decodedWhereSafe(text: string): string {
  if (!text.includes('%')) return text;
  // A percent sign that begins no octet stands for itself, and must not begin one once its neighbours are decoded.
  return text
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodedRun(Uint8Array.from(octets(run))));
}

function octets(run: string): number[] {
  return (run.match(/[0-9a-f]{2}/gi) ?? []).map((hex) => Number.parseInt(hex, 16));
}

function decodedRun(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes[at] ?? 0);
    const character = readCharacter(bytes.subarray(at, at + length));
    if (character !== undefined) text += character;
    else text += encoded(bytes.subarray(at, at + 1));
    at += character === undefined ? 1 : length;
  }
  return text;
}

/** RFC 3629 §3. */
function characterLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function readCharacter(bytes: Uint8Array): string | undefined {
  try {
    const character = decoder.decode(bytes);
    return safe.test(character) ? character : encoded(utf8(character));
  } catch {
    return undefined;
  }
}

function encoded(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}
