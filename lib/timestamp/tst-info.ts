/** TSTInfo, RFC 3161 §2.4.2: what the authority signs: this digest existed at this time. */
import { DerReader, contextTag, readOid, readSingle, readTime, tag } from '#lib/encoding/der-reader.ts';
import { element, explicit, generalizedTime, oid, sequence, unsigned } from '#lib/encoding/der-writer.ts';
import { readImprint, writeImprint, type MessageImprint } from './message-imprint.ts';

export interface TstInfo {
  readonly policy: string;
  readonly imprint: MessageImprint;
  readonly serial: Uint8Array;
  readonly genTime: Date;
  readonly nonce: Uint8Array | undefined;
}

/**
 * TSTInfo ::= SEQUENCE { version v1(1), policy, messageImprint, serialNumber, genTime GeneralizedTime, accuracy OPTIONAL,
 *   ordering BOOLEAN DEFAULT FALSE, nonce OPTIONAL, tsa [0] GeneralName OPTIONAL, extensions [1] OPTIONAL }
 * Accuracy is one second: genTime carries whole seconds. `authority` is the signer's Name.
 */
export function writeTstInfo(info: TstInfo, authority: Uint8Array): Uint8Array {
  return sequence(
    unsigned(1),
    oid(info.policy),
    writeImprint(info.imprint),
    unsigned(info.serial),
    generalizedTime(info.genTime),
    sequence(unsigned(1)),
    ...(info.nonce === undefined ? [] : [element(tag.integer, info.nonce)]),
    explicit(0, explicit(4, authority)),
  );
}

/** Throws a DerError or TimestampError. Fractions of a second, which §2.4.2 allows, are cut. */
export function readTstInfo(der: Uint8Array): TstInfo {
  const fields = new DerReader(readSingle(der, tag.sequence).contents);
  fields.next(tag.integer);
  const policy = readOid(fields.next(tag.oid).contents);
  const imprint = readImprint(fields.enter(tag.sequence));
  // Any INTEGER (§2.4.2 says no more), negative ones included: there are such authorities.
  const serial = fields.next(tag.integer).contents;
  const genTime = readGenTime(fields.next(tag.generalizedTime).contents);
  fields.optional(tag.sequence);
  fields.optional(tag.boolean);
  const nonce = fields.optional(tag.integer)?.contents;
  fields.optional(contextTag(0, 'constructed'));
  fields.optional(contextTag(1, 'constructed'));
  fields.end();
  return { policy, imprint, serial, genTime, nonce };
}

/** YYYYMMDDhhmmss[.s...]Z */
function readGenTime(contents: Uint8Array): Date {
  const point = contents.indexOf(0x2e);
  const whole = point === -1 ? contents : Uint8Array.of(...contents.subarray(0, point), 0x5a);
  return readTime({ tag: tag.generalizedTime, contents: whole, encoding: whole });
}
