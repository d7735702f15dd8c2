/**
 * Precertificates, RFC 6962 §3.1 and §3.2: the certificate to come with a critical poison in place of the list of SCTs.
 * What a log signs is the TBSCertificate without either, so both certificates lead to the same bytes.
 */
import { contextTag, readSingle, tag } from '#lib/encoding/der-reader.ts';
import {
  derBoolean,
  derNull,
  element,
  elementHeader,
  octetString,
  oid,
  sequence,
} from '#lib/encoding/der-writer.ts';
import type { Certificate, Extension } from './certificate.ts';

export const poisonOid = '1.3.6.1.4.1.11129.2.4.3';
export const sctListOid = '1.3.6.1.4.1.11129.2.4.2';

const sctListOidDer = oid(sctListOid);

/** The Extension: critical, value NULL. */
export function poisonExtension(): Uint8Array {
  return sequence(oid(poisonOid), derBoolean(true), octetString(derNull()));
}

/** The Extension: SignedCertificateTimestampList in an OCTET STRING in the OCTET STRING of extnValue. */
export function sctListExtension(list: Uint8Array): Uint8Array {
  return sequence(sctListOidDer, octetString(octetString(list)));
}

/** True for a well-formed poison; RFC 6962 §3.1 asks that it be critical and NULL. */
export function isPrecertificate(certificate: Certificate): boolean {
  const poison = certificate.extensions.get(poisonOid);
  return poison?.critical === true && poison.value.length === 2 && poison.value[0] === 5;
}

/** The bytes a log signs for this certificate or its precertificate. */
export function tbsWithoutSctAndPoison({ extensions, tbs }: Certificate): Uint8Array {
  const without = [extensions.get(poisonOid), extensions.get(sctListOid)].filter((one) => one !== undefined);
  if (without.length === 0) return tbs;
  const fields = readSingle(tbs, tag.sequence).inside();
  const extensionsTag = contextTag(3, 'constructed');
  const first = fields.next().encoding;
  let end = first.byteOffset + first.length;
  while (fields.peek() !== extensionsTag) {
    const { encoding } = fields.next();
    end = encoding.byteOffset + encoding.length;
  }
  // The fields before stand one behind the other: one piece. So do the extensions between those that are left out.
  const start = first.byteOffset - tbs.byteOffset;
  const before = tbs.subarray(start, end - tbs.byteOffset);
  const list = fields.enter(extensionsTag).next(tag.sequence).contents;
  const kept = piecesWithout(list, without);
  if (kept.length === 0) return element(tag.sequence, before);
  // Once copied, not at each level: this is done for every certificate of a log.
  const inner = elementHeader(tag.sequence, lengthOf(kept));
  const outer = elementHeader(extensionsTag, inner.length + lengthOf(kept));
  return element(tag.sequence, before, outer, inner, ...kept);
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

function piecesWithout(list: Uint8Array, without: readonly Extension[]): Uint8Array[] {
  const holes = without
    .map(({ encoding }) => ({ at: encoding.byteOffset - list.byteOffset, length: encoding.length }))
    .sort((a, b) => a.at - b.at);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { at, length } of [...holes, { at: list.length, length: 0 }]) {
    if (at > from) pieces.push(list.subarray(from, at));
    from = at + length;
  }
  return pieces;
}
