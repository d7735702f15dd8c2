/**
 * A timestamp, RFC 3161: this digest was seen now. Written by hand, as the hot path it is. Refuses when its own
 * certificate is not valid now: such a timestamp would verify nowhere.
 */
import { digest } from '#crypto/digest.ts';
import type { TimestampRequest } from '#lib/timestamp/request.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { signedAttributes, writeGrantedResponse } from '#lib/timestamp/token.ts';
import { writeTstInfo } from '#lib/timestamp/tst-info.ts';
import type { Authority } from '../keys/authority.ts';

/** The one policy given, and the only one that may be asked for. */
const timestampPolicy = '1.3.6.1.4.1.57264.2';

export interface TsaDeps {
  readonly authority: Authority;
  /** Milliseconds. */
  readonly now: () => number;
  readonly newSerial: () => Uint8Array;
}

export class TsaUnavailableError extends Error {
  override readonly name = 'TsaUnavailableError';
}

/** TimeStampResp as DER. */
export async function respond(deps: TsaDeps, request: TimestampRequest): Promise<Uint8Array> {
  const { signer, certificate, chain } = deps.authority;
  if (request.policy !== undefined && request.policy !== timestampPolicy) {
    throw new TimestampError('unaccepted-policy', `unaccepted policy, expected ${timestampPolicy}`);
  }
  const now = new Date(Math.floor(deps.now() / 1000) * 1000);
  if (chain.some(({ notBefore, notAfter }) => now < notBefore || now > notAfter)) {
    throw new TsaUnavailableError('The timestamp certificate is not valid now.');
  }
  const { imprint, nonce } = request;
  const info = { policy: timestampPolicy, imprint, serial: deps.newSerial(), genTime: now, nonce };
  const tstInfo = writeTstInfo(info, certificate.subject);
  const contentDigest = digest(signer.digest, tstInfo);
  const attributes = signedAttributes({ contentDigest, signingTime: now, signer: certificate });
  return writeGrantedResponse({
    tstInfo,
    signer: certificate,
    digest: signer.digest,
    attributes,
    signatureAlgorithm: signer.signatureAlgorithm,
    signature: await signer.sign(attributes),
    includeCertificate: request.wantsCertificates,
  });
}
