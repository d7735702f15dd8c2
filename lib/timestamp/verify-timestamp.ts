/**
 * A timestamp is worth its time when a trusted authority's leaf signed it over these very bytes: RFC 3161 §2.2 and §2.3.
 * The leaf comes from the trusted chain; one that travels in the token counts only if it is that leaf or chains up.
 */
import { verifyCertificateSignature } from '#crypto/certificate-signature.ts';
import { digest } from '#crypto/digest.ts';
import { sha256 } from '#crypto/sha256.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import { DerError, DerReader, readOid, readSingle, tag } from '#lib/encoding/der-reader.ts';
import { CertificateError, type Certificate } from '#lib/x509/certificate.ts';
import { ChainError, verifyChain } from '#lib/x509/chain.ts';
import { basicConstraints, extendedKeyUsages, extensionOid, keyPurpose } from '#lib/x509/extensions.ts';
import type { TimestampToken } from './read-response.ts';
import { TimestampError } from './timestamp-error.ts';
import { cmsOid } from './token.ts';

/** `chain`: as a trusted root lists it, leaf first when it has one, root last. Resolves with the time; throws a TimestampError. */
export async function verifyTimestamp(
  token: TimestampToken,
  message: Uint8Array,
  chain: readonly Certificate[],
): Promise<Date> {
  const { imprint, genTime } = token.tstInfo;
  if (!equal(imprint.digest, digest(imprint.hash, message))) {
    throw new TimestampError('wrong-digest', 'the timestamp is over something else');
  }
  const signer = findSigner(token, chain);
  checkAttributes(token, signer);
  if (!signatureVerifies(token, signer)) {
    throw new TimestampError('bad-signature', 'the signature of the timestamp does not verify');
  }
  await checkAuthority(signer, chain, genTime);
  return genTime;
}

function findSigner({ signer, certificates }: TimestampToken, chain: readonly Certificate[]): Certificate {
  const trustedLeaf = chain.filter((certificate) => !basicConstraints(certificate).ca);
  // A trust root that names its leaf means that leaf and no other.
  const candidates = trustedLeaf.length > 0 ? trustedLeaf : certificates;
  const found = candidates.find(
    ({ issuer, serial }) => equal(issuer, signer.issuer) && equal(serial, signer.serial),
  );
  if (found === undefined)
    throw new TimestampError('wrong-signer', 'no trusted authority signed the timestamp');
  return found;
}

function checkAttributes({ signer, content }: TimestampToken, certificate: Certificate): void {
  const value = (type: string): Uint8Array => {
    const found = signer.attributes.get(type);
    if (found === undefined) throw new TimestampError('malformed', `the timestamp lacks attribute ${type}`);
    return found;
  };
  try {
    const contentType = readOid(readSingle(value(cmsOid.contentType), tag.oid).contents);
    const contentDigest = readSingle(value(cmsOid.messageDigest), tag.octetString).contents;
    if (contentType !== cmsOid.tstInfo || !equal(contentDigest, digest(signer.digest, content))) {
      throw new TimestampError('bad-signature', 'the timestamp signs other contents');
    }
    checkSigningCertificate(signer.attributes.get(cmsOid.signingCertificateV2), certificate);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new TimestampError('malformed', `not a timestamp: ${cause.message}`, { cause });
  }
}

/**
 * SigningCertificateV2, RFC 5816 §2.2.1: the first identifier is the signer's. With another hash than the default
 * SHA-256, or only the SHA-1 attribute of old, the issuer and serial number of the SignerInfo must do.
 */
function checkSigningCertificate(value: Uint8Array | undefined, certificate: Certificate): void {
  if (value === undefined) return;
  const identifiers = new DerReader(readSingle(value, tag.sequence).contents).enter(tag.sequence);
  const first = identifiers.enter(tag.sequence);
  if (first.optional(tag.sequence) !== undefined) return;
  if (!equal(first.next(tag.octetString).contents, sha256(certificate.encoding))) {
    throw new TimestampError('wrong-signer', 'the timestamp names another certificate as its signer');
  }
}

const hashOfSignature: Readonly<Record<string, HashName>> = {
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
};
// RFC 3370 §3.2: rsaEncryption alone, the hash being the digestAlgorithm's.
const rsaEncryption = '1.2.840.113549.1.1.1';

function signatureVerifies({ signer }: TimestampToken, certificate: Certificate): boolean {
  const named = hashOfSignature[signer.signatureAlgorithm];
  const hash = named ?? (signer.signatureAlgorithm === rsaEncryption ? signer.digest : undefined);
  if (hash === undefined) return false;
  try {
    return verifyMessage(readPublicKey(certificate.spki), hash, signer.signedBytes, signer.signature);
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

async function checkAuthority(leaf: Certificate, chain: readonly Certificate[], at: Date): Promise<void> {
  const authorities = chain.filter((certificate) => basicConstraints(certificate).ca);
  try {
    requireSinglePurpose(leaf);
    await verifyChain({
      leaf,
      intermediates: authorities.slice(0, -1),
      roots: authorities.slice(-1),
      at,
      purpose: keyPurpose.timeStamping,
      verifySignature: verifyCertificateSignature,
    });
  } catch (cause) {
    if (!(cause instanceof ChainError || cause instanceof CertificateError)) throw cause;
    throw new TimestampError('wrong-signer', `the signer of the timestamp is not trusted: ${cause.message}`, {
      cause,
    });
  }
}

/** RFC 3161 §2.3: exactly one purpose, and critical. */
function requireSinglePurpose(leaf: Certificate): void {
  const isAlone = extendedKeyUsages(leaf)?.length === 1;
  if (!isAlone || leaf.extensions.get(extensionOid.extendedKeyUsage)?.critical !== true) {
    throw new TimestampError('wrong-signer', 'the signer of the timestamp is not for timestamps alone');
  }
}
