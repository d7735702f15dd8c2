/**
 * Whom a certificate speaks for: every name in it, wherever it stands (SAN of any kind, each CN and emailAddress of the
 * subject), and what its authority says of the login behind it. Nothing here says the certificate is genuine.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { CertificateError, type Certificate } from '#lib/x509/certificate.ts';
import { subjectAltNames, type SubjectAltName } from '#lib/x509/extensions.ts';
import { readFulcioClaims, type FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { nameAttributes } from '#lib/x509/name.ts';
import { tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { addressesIn } from './address-text.ts';
import { normalise, spelled, type SpelledIdentity } from './normalise.ts';
import { repositoryOfUri } from './uri-repository.ts';

export interface CertificateIdentity {
  readonly identities: readonly SpelledIdentity[];
  /** Who vouched for the login, from the newer claim where both are there. */
  readonly issuer: string | undefined;
  readonly claims: FulcioClaims;
  /** The repository the signature came from, normalised. */
  readonly source: string | undefined;
  readonly certificateKey: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serial: string;
  /** Parts that did not read; a certificate with any is looked at by other means too. */
  readonly unreadable: readonly string[];
}

const commonName = '2.5.4.3';
const emailAttribute = '1.2.840.113549.1.9.1';

export function readCertificateIdentity(certificate: Certificate): CertificateIdentity {
  const unreadable: string[] = [];
  const claims = attempt(unreadable, 'claims', readFulcioClaims, certificate) ?? {};
  const altNames = attempt(unreadable, 'subjectAltName', subjectAltNames, certificate) ?? [];
  if (altNames.some(isOfNoKnownKind)) unreadable.push('subjectAltName');
  const names = altNames.flatMap(
    (name) => attempt(unreadable, 'subjectAltName', identitiesOfName, name) ?? [],
  );
  const subject = attempt(unreadable, 'subject', directoryIdentities, certificate.subject) ?? [];
  const repository = spelled('repository', claims.sourceRepositoryUri ?? githubRepository(claims) ?? '');
  return {
    identities: distinct([
      ...names,
      ...subject,
      ...repository,
      ...[...names, ...subject].flatMap(repositoryOfName),
    ]),
    issuer: claims.issuer ?? claims.issuerV1,
    claims,
    source: repository[0]?.value,
    certificateKey: attempt(unreadable, 'extensions', certificateKey, certificate) ?? sha256(certificate.tbs),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    serial: toHex(certificate.serial),
    unreadable,
  };
}

/** Undefined for what does not read, which is noted. */
function attempt<P, T>(unreadable: string[], part: string, read: (from: P) => T, from: P): T | undefined {
  try {
    return read(from);
  } catch (error) {
    if (!(error instanceof CertificateError || error instanceof DerError)) throw error;
    unreadable.push(part);
    return undefined;
  }
}

/**
 * SHA-256 of the TBSCertificate without poison and SCT list (RFC 6962 §3.2): the same for a precertificate in a CT log
 * and the certificate in a signature log, so that the two are known to be one.
 */
export function certificateKey(certificate: Certificate): Uint8Array {
  return sha256(tbsWithoutSctAndPoison(certificate));
}

/** GeneralName directoryName [4], around a Name; iPAddress [7] and registeredID [8], which are nobody's name. */
const [directoryName, ipAddress, registeredId] = [0xa4, 0x87, 0x88];

/** Text may stand in it that is read elsewhere. */
function isOfNoKnownKind(name: SubjectAltName): boolean {
  return name.kind === 'unknown' && ![directoryName, ipAddress, registeredId].includes(name.tag);
}

function identitiesOfName(name: SubjectAltName): SpelledIdentity[] {
  switch (name.kind) {
    case 'email':
    case 'dns':
      return [...spelled(name.kind, name.value), ...emailsIn(name.value)];
    case 'uri':
      return [...spelled('uri', name.value), ...(/^mailto:/i.test(name.value) ? emailsIn(name.value) : [])];
    case 'otherName':
      return looksLikeEmail(name.value)
        ? spelled('email', name.value)
        : [...spelled('username', name.value), ...emailsIn(name.value)];
    case 'unknown':
      return name.tag === directoryName ? directoryIdentities(name.contents) : [];
  }
}

/** Fulcio leaves the subject empty; a forger need not, and other authorities put people here. */
function directoryIdentities(name: Uint8Array): SpelledIdentity[] {
  return nameAttributes(name).flatMap(({ type, value }) => {
    if (type !== commonName && type !== emailAttribute) return [];
    if (looksLikeEmail(value)) return spelled('email', value);
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? spelled('uri', value) : emailsIn(value);
  });
}

function emailsIn(text: string): SpelledIdentity[] {
  return addressesIn(text).flatMap((address) => spelled('email', address));
}

function looksLikeEmail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(text) && !text.includes('://');
}

/** Of the address of a workflow; the extensions that name the repository apart may be missing, or say another. */
function repositoryOfName({ kind, value, exact = value }: SpelledIdentity): SpelledIdentity[] {
  if (kind !== 'uri') return [];
  const asCompared = normalise('repository', repositoryOfUri(value) ?? '');
  const asSpelled = spelled('repository', repositoryOfUri(exact) ?? '');
  return asCompared.map((one) => asSpelled.find((other) => other.value === one.value) ?? one);
}

function githubRepository({ githubWorkflowRepository: name }: FulcioClaims): string | undefined {
  return name === undefined || name === '' ? undefined : `github.com/${name}`;
}

/** Of names that are compared as equal the first: what stands in the subjectAltName comes before all else. */
function distinct(identities: readonly SpelledIdentity[]): SpelledIdentity[] {
  if (identities.length < 2) return [...identities];
  const found = new Map<string, SpelledIdentity>();
  for (const identity of identities) {
    const key = `${identity.kind}\0${identity.value}`;
    if (!found.has(key)) found.set(key, identity);
  }
  return [...found.values()];
}
