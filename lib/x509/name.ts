/** Distinguished names, RFC 5280 §4.1.2.4: every attribute of every RDN, since an identity may hide in the second. */
import { fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { DerReader, readOid, readSingle, tag, type DerElement } from '#lib/encoding/der-reader.ts';
import { sequence, setOf, oid, utf8String } from '#lib/encoding/der-writer.ts';

export interface NameAttribute {
  /** Object identifier, e.g. 2.5.4.3 for commonName. */
  readonly type: string;
  readonly value: string;
}

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Throws a DerError when `name` is not the encoding of a Name. */
export function nameAttributes(name: Uint8Array): NameAttribute[] {
  const attributes: NameAttribute[] = [];
  const rdns = new DerReader(readSingle(name, tag.sequence).contents);
  while (!rdns.done) {
    const rdn = rdns.enter(tag.set);
    while (!rdn.done) {
      const pair = rdn.enter(tag.sequence);
      const type = readOid(pair.next(tag.oid).contents);
      attributes.push({ type, value: directoryString(pair.next()) });
      pair.end();
    }
  }
  return attributes;
}

/** For people: `O=Sigwatch, CN=Sigwatch root`, in the order of the encoding. */
export function nameText(name: Uint8Array): string {
  return nameAttributes(name)
    .map(({ type, value }) => `${shortNames[type] ?? type}=${value}`)
    .join(', ');
}

export function nameAttribute(name: Uint8Array, shortName: string): string | undefined {
  return nameAttributes(name).find(({ type }) => shortNames[type] === shortName)?.value;
}

/** Name of an organisation and a common name, as UTF8String. */
export function writeName(organization: string, commonName: string): Uint8Array {
  const rdn = (type: string, value: string): Uint8Array => setOf(sequence(oid(type), utf8String(value)));
  return sequence(rdn('2.5.4.10', organization), rdn('2.5.4.3', commonName));
}

function directoryString(value: DerElement): string {
  switch (value.tag) {
    case tag.utf8String:
      return tolerantUtf8(value.contents);
    case tag.printableString:
    case tag.ia5String:
    case 0x12: // NumericString
    case 0x14: // TeletexString, read as Latin-1 as everybody does
      return Array.from(value.contents, (byte) => String.fromCharCode(byte)).join('');
    case 0x1e: // BMPString
      return bigEndianUtf16(value.contents);
    default:
      return `#${toHex(value.encoding)}`;
  }
}

function tolerantUtf8(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return `#${toHex(bytes)}`;
  }
}

function bigEndianUtf16(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return text;
}
