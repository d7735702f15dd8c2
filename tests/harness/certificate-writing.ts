/** Keys and certificates of the smallest kind that verifies, P-256 throughout, for authorities in tests. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { tag } from '#lib/encoding/der-reader.ts';
import {
  bitString,
  derBoolean,
  element,
  explicit,
  octetString,
  oid,
  sequence,
  time,
  unsigned,
} from '#lib/encoding/der-writer.ts';
import { extensionOid } from '#lib/x509/extensions.ts';

export const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
export const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2040-01-01T00:00:00Z')];

export interface Key {
  readonly secret: KeyObject;
  readonly spki: Uint8Array;
}

export function newKey(kind: 'P-256' | 'Ed25519'): Key {
  const { privateKey, publicKey } =
    kind === 'P-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return { secret: privateKey, spki: Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })) };
}

export const ecdsa = ({ secret }: Key, message: Uint8Array) =>
  Uint8Array.from(sign('sha256', message, secret));

export function extension(number: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(number), ...(critical ? [derBoolean(true)] : []), octetString(value));
}

export const keyUsage = (bits: number) =>
  extension(extensionOid.keyUsage, true, element(tag.bitString, Uint8Array.of(bits === 0x80 ? 7 : 1, bits)));
export const purpose = (id: string, critical: boolean) =>
  extension(extensionOid.extendedKeyUsage, critical, sequence(oid(id)));
export const authority = extension(extensionOid.basicConstraints, true, sequence(derBoolean(true)));

export const newSerial = () => unsigned(Uint8Array.of(1, ...randomBytes(10)));

export function tbs(
  issuer: Uint8Array,
  subject: Uint8Array,
  valid: readonly [Date, Date],
  spki: Uint8Array,
  extensions: readonly Uint8Array[],
  serial = newSerial(),
) {
  const dates = sequence(time(valid[0]), time(valid[1]));
  const list = explicit(3, sequence(...extensions));
  return sequence(explicit(0, unsigned(2)), serial, algorithm, issuer, dates, subject, spki, list);
}

export const certified = (toBeSigned: Uint8Array, issuer: Key) =>
  sequence(toBeSigned, algorithm, bitString(ecdsa(issuer, toBeSigned)));
