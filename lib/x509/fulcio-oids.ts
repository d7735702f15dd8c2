/**
 * What a Fulcio certificate says about its token: extensions under 1.3.6.1.4.1.57264.1. The early ones hold bare UTF-8,
 * the later ones a DER UTF8String. Written in this order; a name here is the name everywhere in this project.
 */
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { tag } from '#lib/encoding/der-reader.ts';
import { utf8String } from '#lib/encoding/der-writer.ts';
import { CertificateError, type Certificate, type Extension } from './certificate.ts';

const fulcioArc = '1.3.6.1.4.1.57264.1';

/** Type of the otherName that holds a user name; a SAN, not an extension. */
export const usernameOtherNameOid = `${fulcioArc}.7`;

const numbers = {
  issuerV1: 1,
  githubWorkflowTrigger: 2,
  githubWorkflowSha: 3,
  githubWorkflowName: 4,
  githubWorkflowRepository: 5,
  githubWorkflowRef: 6,
  issuer: 8,
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibilityAtSigning: 22,
  deploymentEnvironment: 23,
  tokenSubject: 24,
} as const;

export type FulcioClaimName = keyof typeof numbers;
export type FulcioClaims = { readonly [name in FulcioClaimName]?: string };

export interface FulcioOid {
  readonly name: FulcioClaimName;
  readonly oid: string;
  readonly encoding: 'raw' | 'der';
}

export const fulcioOids: readonly FulcioOid[] = Object.entries(numbers).map(([name, number]) => ({
  name: name as FulcioClaimName,
  oid: `${fulcioArc}.${number}`,
  encoding: number < 7 ? 'raw' : 'der',
}));

export function fulcioOid(name: FulcioClaimName): string {
  return `${fulcioArc}.${numbers[name]}`;
}

/** Every claim the certificate carries. Values are attacker-controlled text: show them escaped. */
export function readFulcioClaims(certificate: Certificate): FulcioClaims {
  const claims: { [name in FulcioClaimName]?: string } = {};
  for (const { name, oid, encoding } of fulcioOids) {
    const extension = certificate.extensions.get(oid);
    if (extension !== undefined) claims[name] = readClaim(name, encoding, extension);
  }
  return claims;
}

/** extnValue contents for a claim. */
export function writeClaim(encoding: 'raw' | 'der', value: string): Uint8Array {
  return encoding === 'raw' ? utf8(value) : utf8String(value);
}

function readClaim(name: FulcioClaimName, encoding: 'raw' | 'der', extension: Extension): string {
  try {
    return fromUtf8(encoding === 'raw' ? extension.value : extension.contents(tag.utf8String));
  } catch (cause) {
    throw new CertificateError('malformed-extension', `${name} is not text`, { cause });
  }
}
