/** TimeStampReq, RFC 3161 §2.4.1. */
import {
  DerError,
  DerReader,
  contextTag,
  readBoolean,
  readOid,
  readSingle,
  tag,
} from '#lib/encoding/der-reader.ts';
import { readImprint, type MessageImprint } from './message-imprint.ts';
import { TimestampError } from './timestamp-error.ts';

export interface TimestampRequest {
  readonly imprint: MessageImprint;
  readonly policy: string | undefined;
  /** Contents of the INTEGER, to be echoed as they are. */
  readonly nonce: Uint8Array | undefined;
  readonly wantsCertificates: boolean;
}

const longestNonce = 64;

/**
 * TimeStampReq ::= SEQUENCE { version INTEGER v1(1), messageImprint, reqPolicy OPTIONAL, nonce OPTIONAL,
 *   certReq BOOLEAN DEFAULT FALSE, extensions [0] IMPLICIT OPTIONAL }
 */
export function readTimestampRequest(der: Uint8Array): TimestampRequest {
  try {
    const fields = new DerReader(readSingle(der, tag.sequence).contents);
    const version = fields.next(tag.integer).contents;
    if (version.length !== 1 || version[0] !== 1) throw new DerError('version is not 1');
    const imprint = readImprint(fields.enter(tag.sequence));
    const policy = fields.optional(tag.oid);
    const nonce = fields.optional(tag.integer)?.contents;
    const wants = fields.optional(tag.boolean);
    if (fields.peek() === contextTag(0, 'constructed')) {
      throw new TimestampError('unaccepted-extension', 'unaccepted extension in timestamp request');
    }
    fields.end();
    if (nonce !== undefined) checkNonce(nonce);
    return {
      imprint,
      policy: policy && readOid(policy.contents),
      nonce,
      wantsCertificates: wants !== undefined && readBoolean(wants.contents),
    };
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new TimestampError('malformed', `not a timestamp request: ${cause.message}`, { cause });
  }
}

function checkNonce(nonce: Uint8Array): void {
  const [first, second = 0] = nonce;
  const padded = nonce.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || padded || nonce.length > longestNonce) throw new DerError('nonce');
}
