/**
 * Step 1, timestamps: when the signature existed, by the word of others. A timestamp of an authority we trust (RFC 3161)
 * or the integrated time of a Rekor v1 log under its promise. One by a stranger says nothing and is passed over; one by
 * an authority we trust that does not hold condemns the bundle, since somebody tampered with it.
 */
import { sha256 } from '#crypto/sha256.ts';
import type { Bundle, BundleEntry } from '#lib/bundle/bundle.ts';
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { readTimestampResponse, type TimestampToken } from '#lib/timestamp/read-response.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { verifyTimestamp } from '#lib/timestamp/verify-timestamp.ts';
import { isValidAt, type TrustedAuthority, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import { ChainError } from '#lib/x509/chain.ts';
import { verifyPromise } from './signed-entry-timestamp.ts';
import {
  VerificationFailure,
  type FailureCode,
  type ObservedTime,
  type VerifiedTime,
} from './verification.ts';

/** Earliest first, at least one; two of one authority are both there and carry the same `authority`. */
export async function verifyTimestamps(
  bundle: Pick<Bundle, 'timestamps' | 'entries' | 'content'>,
  trust: Pick<TrustedRoot, 'timestampAuthorities' | 'tlogs'>,
  observed?: ObservedTime,
): Promise<VerifiedTime[]> {
  const times: VerifiedTime[] = [];
  let strangers = 0;
  for (const response of bundle.timestamps) {
    const time = await verifyResponse(response, bundle.content.signature, trust.timestampAuthorities);
    if (time === undefined) strangers++;
    else times.push(time);
  }
  for (const entry of bundle.entries) {
    const time = verifyIntegratedTime(entry, trust.tlogs);
    if (time !== undefined) times.push(time);
  }
  if (times.length > 0) return times.sort((a, b) => a.time.getTime() - b.time.getTime());
  // The certificate is verified at this time like at any other: seen too late is refused there.
  if (observed !== undefined) {
    const { by, time } = observed;
    return [{ source: 'observer', authority: by, name: by, time }];
  }
  throw noTime(strangers, bundle.entries.filter((entry) => isWordOfStranger(entry, trust.tlogs)).length);
}

/** Nobody said when, or only strangers did: a bundle of one instance put to the trusted root of another. */
function noTime(strangeAuthorities: number, strangeLogs: number): VerificationFailure {
  if (strangeAuthorities + strangeLogs === 0) {
    return new VerificationFailure('timestamp-missing', 'nobody vouches for the time of the signature');
  }
  const who =
    strangeLogs === 0
      ? 'no timestamp is by an authority of'
      : strangeAuthorities === 0
        ? 'the log that says when it was signed is not of'
        : 'neither the log nor the timestamp authority that say when it was signed are of';
  return new VerificationFailure('timestamp-untrusted', `${who} this trusted root`);
}

function isWordOfStranger(
  { integratedTime, inclusionPromise, logId }: BundleEntry,
  tlogs: TrustedRoot['tlogs'],
): boolean {
  const hasWord = integratedTime !== undefined && inclusionPromise !== undefined;
  return hasWord && !tlogs.some((log) => equal(log.logId, logId));
}

/** Undefined for the word of a stranger. */
async function verifyResponse(
  der: Uint8Array,
  signature: Uint8Array,
  authorities: readonly TrustedAuthority[],
): Promise<VerifiedTime | undefined> {
  const token = readToken(der);
  let failure: VerificationFailure | undefined;
  for (const authority of authorities) {
    const signer = signerIn(authority, token);
    if (signer === undefined) continue;
    try {
      return await verifyUnder(authority, signer, token, signature);
    } catch (error) {
      if (!(error instanceof VerificationFailure)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

/** The listed leaf that the token says signed it. An authority that lists no leaf can vouch for nothing here. */
function signerIn({ chain }: TrustedAuthority, { signer }: TimestampToken): Certificate | undefined {
  return chain.find(
    ({ issuer, serial }, at) =>
      at < chain.length - 1 && equal(issuer, signer.issuer) && equal(serial, signer.serial),
  );
}

async function verifyUnder(
  authority: TrustedAuthority,
  signer: Certificate,
  token: TimestampToken,
  signature: Uint8Array,
): Promise<VerifiedTime> {
  const time = await verifyToken(token, signature, authority.chain);
  if (!isValidAt(authority.validFor, time)) {
    throw new VerificationFailure(
      'timestamp-outside-authority-validity',
      `its authority is not trusted for ${time.toISOString()}`,
    );
  }
  return {
    source: 'timestamp-authority',
    authority: toHex(sha256(signer.spki)),
    name: authority.uri,
    time,
  };
}

async function verifyToken(
  token: TimestampToken,
  signature: Uint8Array,
  chain: readonly Certificate[],
): Promise<Date> {
  try {
    return await verifyTimestamp(token, signature, chain);
  } catch (cause) {
    if (!(cause instanceof TimestampError)) throw cause;
    throw new VerificationFailure(failureCode(cause), `timestamp: ${cause.message}`, { cause });
  }
}

function failureCode(error: TimestampError): FailureCode {
  if (error.code === 'malformed') return 'timestamp-malformed';
  if (error.code === 'wrong-digest') return 'timestamp-of-another-signature';
  const isOutside = error.cause instanceof ChainError && error.cause.code === 'outside-validity';
  return isOutside ? 'timestamp-outside-authority-validity' : 'timestamp-invalid';
}

function readToken(der: Uint8Array): TimestampToken {
  try {
    return readTimestampResponse(der);
  } catch (cause) {
    if (!(cause instanceof TimestampError)) throw cause;
    throw new VerificationFailure('timestamp-malformed', cause.message, { cause });
  }
}

/** Undefined when the entry states no time, or nobody stands by it, or the log is a stranger (step 3 refuses that). */
function verifyIntegratedTime(entry: BundleEntry, tlogs: TrustedRoot['tlogs']): VerifiedTime | undefined {
  const { integratedTime, inclusionPromise } = entry;
  if (integratedTime === undefined || inclusionPromise === undefined) return undefined;
  const known = tlogs.filter(({ logId }) => equal(logId, entry.logId));
  const [log] = known;
  if (log === undefined) return undefined;
  if (!known.some(({ publicKey }) => verifyPromise(entry, integratedTime, inclusionPromise, publicKey))) {
    throw new VerificationFailure('promise-invalid', 'the signed entry timestamp of the log does not verify');
  }
  const time = new Date(Number(integratedTime) * 1000);
  if (Number.isNaN(time.getTime())) {
    throw new VerificationFailure('promise-invalid', 'the log states no time a calendar has');
  }
  return { source: 'log', authority: toHex(log.logId), name: log.baseUrl, time };
}
