/**
 * ARROW 2. One issuance, in the nine steps of ca/README.md. Nothing leaves this function that was not logged first, and
 * nothing that our own strict reader and chain verifier would not accept.
 */
import { sha256 } from '#crypto/sha256.ts';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose, subjectKeyIdentifier } from '#lib/x509/extensions.ts';
import { poisonExtension, sctListExtension, tbsWithoutSctAndPoison } from '#lib/x509/precertificate.ts';
import { writeSctList, type SignedCertificateTimestamp } from '#lib/x509/sct.ts';
import type { Authority } from '../keys/authority.ts';
import { freezableNames } from '../freeze/names.ts';
import type { FreezeStore } from '../freeze/store.ts';
import { claimsToIdentity } from '../oidc/claims-to-identity.ts';
import type { Identity } from '../oidc/identity.ts';
import { verifyToken, type TokenDeps } from '../oidc/verify-token.ts';
import type { CtLog } from './ct-log.ts';
import { IssuanceError } from './issuance-error.ts';
import { leafLifetimeMs, leafTbs, signedCertificate, type IssuerFields, type LeafFields } from './profile.ts';
import { provePossession } from './proof-of-possession.ts';
import type { SigningRequest } from './request.ts';

export interface IssueDeps {
  readonly token: TokenDeps;
  readonly freezes: Pick<FreezeStore, 'against'>;
  readonly authority: Authority;
  readonly ctLog: CtLog;
  /** Milliseconds; throws an IssuanceError when the clock cannot be trusted. */
  readonly now: () => number;
  /** 20 octets, positive as an INTEGER, never the same twice. */
  readonly newSerial: () => Uint8Array;
  /** Whether a key signs for this service: nobody is certified for it. */
  readonly isOwnKey: (spki: Uint8Array) => boolean;
}

export interface IssuedCertificate {
  /** DER, from the leaf to the root. */
  readonly chain: readonly Uint8Array[];
  readonly serial: Uint8Array;
  readonly identity: Identity;
}

const poison = poisonExtension();

export async function issue(deps: IssueDeps, request: SigningRequest): Promise<IssuedCertificate> {
  const { authority } = deps;
  // 1, 2, 3
  const identity = claimsToIdentity(await verifyToken(deps.token, request.token));
  const subject = provePossession(request.key, identity.challenges);
  if (deps.isOwnKey(subject.spki)) {
    throw new IssuanceError('key-insecure', 'The public key belongs to this service.');
  }
  await refuseFrozen(deps, identity);
  // 4
  const issuer = issuerFields(authority);
  const leaf: LeafFields = { ...lifetime(deps), serial: deps.newSerial(), spki: subject.spki, identity };
  // 5
  const precertificate = await signed(authority, leafTbs(issuer, leaf, poison));
  // 6, 7
  const sct = await logged(deps, precertificate);
  // 8
  const certificate = await signed(authority, leafTbs(issuer, leaf, sctListExtension(writeSctList([sct]))));
  // 9
  await selfCheck(authority, precertificate, certificate);
  const chain = [certificate, ...authority.chain.map(({ encoding }) => encoding)];
  return { chain, serial: leaf.serial, identity };
}

/** Whoever holds the name said that nobody may sign by it for now; asked anew each time, since it may be minutes old. */
async function refuseFrozen({ freezes }: IssueDeps, identity: Identity): Promise<void> {
  const frozen = await freezes.against(freezableNames(identity));
  if (frozen === undefined) return;
  throw new IssuanceError('identity-frozen', `${frozen.kind} ${frozen.value} is frozen.`);
}

function issuerFields({ certificate, signer }: Authority): IssuerFields {
  const keyIdentifier = subjectKeyIdentifier(certificate);
  if (keyIdentifier === undefined) throw new Error('an authority without a key identifier was let in');
  return { name: certificate.subject, signatureAlgorithm: signer.signatureAlgorithm, keyIdentifier };
}

function lifetime({ now, authority }: IssueDeps): Pick<LeafFields, 'notBefore' | 'notAfter'> {
  const notBefore = new Date(Math.floor(now() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + leafLifetimeMs);
  if (authority.chain.some((above) => notBefore < above.notBefore || notAfter > above.notAfter)) {
    throw new IssuanceError('authority-expired', 'The issuing chain ends before the certificate would.');
  }
  return { notBefore, notAfter };
}

async function signed({ signer }: Authority, tbs: Uint8Array): Promise<Uint8Array> {
  return signedCertificate(tbs, signer.signatureAlgorithm, await signer.sign(tbs));
}

async function logged(
  { authority, ctLog }: IssueDeps,
  precertificate: Uint8Array,
): Promise<SignedCertificateTimestamp> {
  const tbs = tbsWithoutSctAndPoison(readCertificate(precertificate));
  const chain = [precertificate, ...authority.chain.map(({ encoding }) => encoding)];
  // RFC 6962 §3.2: the hash of the key that issues the certificate to come.
  const issuerKeyHash = sha256(authority.certificate.spki);
  return ctLog.submit(chain, { type: 'precertificate', issuerKeyHash, tbs });
}

/**
 * A precertificate that differs from its certificate has cost a large authority 645 revocations; a certificate nobody
 * can verify costs its holder a release. Both are found here, before anybody else sees the certificate.
 */
async function selfCheck(
  authority: Authority,
  precertificate: Uint8Array,
  certificate: Uint8Array,
): Promise<void> {
  const [before, after] = [readBack(precertificate), readBack(certificate)];
  if (!equal(tbsWithoutSctAndPoison(before), tbsWithoutSctAndPoison(after))) {
    throw new IssuanceError('self-check-failed', 'The certificate is not the one that was logged.');
  }
  try {
    await verifyChain({
      leaf: after,
      intermediates: authority.chain.slice(0, -1),
      roots: authority.chain.slice(-1),
      at: after.notBefore,
      purpose: keyPurpose.codeSigning,
      // The chain above was verified when the authority was opened and has not changed since.
      verifySignature: (child, spki) =>
        authority.chain.includes(child) || verifyCertificateSignature(child, spki),
    });
  } catch (cause) {
    throw new IssuanceError('self-check-failed', 'The certificate does not verify.', { cause });
  }
}

function readBack(der: Uint8Array): Certificate {
  try {
    return readCertificate(der);
  } catch (cause) {
    throw new IssuanceError('self-check-failed', 'What was signed is not a certificate.', { cause });
  }
}
