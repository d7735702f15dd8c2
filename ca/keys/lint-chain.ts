/**
 * What a chain must be so that every client of the field accepts what we issue below it, rule by rule, each with the
 * clause that asks for it. A corporate authority's usual answer breaks one of these, and clients then say only
 * "certificate signed by unknown authority".
 */
import { createPublicKey } from 'node:crypto';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsages,
  extensionOid,
  hasKeyUsage,
  keyPurpose,
  subjectKeyIdentifier,
} from '#lib/x509/extensions.ts';

export interface ChainFault {
  readonly clause: string;
  readonly problem: string;
}

/** Where a certificate stands: 0 issues leaves, the last is the root. */
interface Place {
  readonly certificate: Certificate;
  readonly at: number;
  readonly issuer: Certificate;
  readonly isRoot: boolean;
  readonly now: Date;
}

interface Rule {
  readonly clause: string;
  readonly problem: string;
  readonly isBroken: (place: Place) => boolean;
}

const leastDays = 30;
const emptyName = Uint8Array.of(0x30, 0);
const understood: ReadonlySet<string> = new Set(Object.values(extensionOid));

const rules: readonly Rule[] = [
  {
    clause: 'RFC 5280 §6.1.3',
    problem: 'is not signed by the next one: give the issuing certificate first, each followed by its issuer',
    isBroken: ({ certificate, issuer, isRoot }) =>
      !isRoot &&
      (!equal(certificate.issuer, issuer.subject) || !verifyCertificateSignature(certificate, issuer.spki)),
  },
  {
    clause: 'RFC 5280 §3.2',
    problem:
      'is last and not self-signed: the chain must end in the root itself, not in a cross-signed copy of it',
    isBroken: ({ certificate, isRoot }) =>
      isRoot &&
      (!equal(certificate.issuer, certificate.subject) ||
        !verifyCertificateSignature(certificate, certificate.spki)),
  },
  {
    clause: 'RFC 5280 §4.2.1.9',
    problem: 'lacks critical basic constraints with CA true',
    isBroken: ({ certificate }) =>
      !basicConstraints(certificate).ca || !isCritical(certificate, extensionOid.basicConstraints),
  },
  {
    clause: 'RFC 5280 §4.2.1.9',
    problem: 'allows fewer authorities below it than there are (path length)',
    isBroken: ({ certificate, at }) => (basicConstraints(certificate).pathLength ?? Infinity) < at,
  },
  {
    clause: 'RFC 5280 §4.2.1.9',
    problem: 'issues certificates for people and must not allow authorities below it (path length 0)',
    isBroken: ({ certificate, at }) => at === 0 && basicConstraints(certificate).pathLength !== 0,
  },
  {
    clause: 'RFC 5280 §4.2.1.3',
    problem: 'lacks a critical key usage with certificate signing',
    isBroken: ({ certificate }) =>
      hasKeyUsage(certificate, 'keyCertSign') !== true || !isCritical(certificate, extensionOid.keyUsage),
  },
  {
    clause: 'RFC 5280 §4.2.1.12',
    problem: 'is not for code signing (extended key usage 1.3.6.1.5.5.7.3.3)',
    isBroken: ({ certificate, isRoot, at }) => {
      const purposes = extendedKeyUsages(certificate);
      const mustSay = at === 0 && !isRoot;
      return purposes === undefined ? mustSay : !purposes.includes(keyPurpose.codeSigning);
    },
  },
  {
    clause: 'RFC 5280 §4.2.1.12',
    problem: 'is for more than code signing: its key would vouch for servers and the like as well',
    isBroken: ({ certificate, at }) =>
      at === 0 &&
      (extendedKeyUsages(certificate) ?? []).some((purpose) => purpose !== keyPurpose.codeSigning),
  },
  {
    clause: 'sigstore-python (pyca path validation)',
    problem: 'has a critical extended key usage, which pyca refuses on an authority',
    isBroken: ({ certificate }) => isCritical(certificate, extensionOid.extendedKeyUsage),
  },
  {
    clause: 'RFC 5280 §4.2.1.2',
    problem: 'lacks a subject key identifier',
    isBroken: ({ certificate }) => subjectKeyIdentifier(certificate) === undefined,
  },
  {
    clause: 'RFC 5280 §4.2.1.1',
    problem: 'lacks the authority key identifier of its issuer',
    isBroken: ({ certificate, issuer, isRoot }) => {
      const [wanted, found] = [subjectKeyIdentifier(issuer), authorityKeyIdentifier(certificate)];
      return !isRoot && wanted !== undefined && (found === undefined || !equal(wanted, found));
    },
  },
  {
    clause: 'RFC 5280 §4.2',
    problem: 'has a critical extension that clients of this field do not know (name constraints are one)',
    isBroken: ({ certificate }) =>
      [...certificate.extensions.values()].some(({ oid, critical }) => critical && !understood.has(oid)),
  },
  {
    clause: 'RFC 5280 §4.1.2.6',
    problem: 'has no subject name',
    isBroken: ({ certificate }) => equal(certificate.subject, emptyName),
  },
  {
    clause: 'RFC 5280 §4.1.2.2',
    problem: 'has a serial number that is zero or longer than 20 octets',
    isBroken: ({ certificate: { serial } }) => serial.length > 20 || serial.every((byte) => byte === 0),
  },
  {
    clause: 'RFC 5280 §4.1.2.5',
    problem: `is not valid now and for ${leastDays} days more`,
    isBroken: ({ certificate, now }) =>
      certificate.notBefore > now || certificate.notAfter.getTime() - now.getTime() < leastDays * 86_400_000,
  },
  {
    clause: 'RFC 5280 §6.1.3',
    problem: 'outlives its issuer: what it issues at the end would not verify',
    isBroken: ({ certificate, issuer }) => certificate.notAfter > issuer.notAfter,
  },
  {
    clause: 'sigstore-python and sigstore-js (key types they verify)',
    problem: 'has a key that is not ECDSA P-256, P-384, P-521 or RSA of 2048 bits or more',
    isBroken: ({ certificate }) => !isFitKey(certificate.spki),
  },
];

/** Empty when the chain is fit. `spki`: the key that the issuing certificate must be for. */
export function lintChain(chain: readonly Certificate[], spki: Uint8Array, now: Date): ChainFault[] {
  const [issuing] = chain;
  if (issuing === undefined || chain.length < 2) {
    return [
      {
        clause: 'RFC 5280 §6.1',
        problem: 'The chain needs the issuing certificate first and its root last.',
      },
    ];
  }
  const ofKey = equal(issuing.spki, spki)
    ? []
    : [
        {
          clause: 'RFC 2986 §3',
          problem: 'Certificate 1 is not for the key of the request (sigwatch ca csr).',
        },
      ];
  return [...ofKey, ...chain.flatMap((certificate, at) => faultsOf(chain, certificate, at, now))];
}

function faultsOf(
  chain: readonly Certificate[],
  certificate: Certificate,
  at: number,
  now: Date,
): ChainFault[] {
  const isRoot = at === chain.length - 1;
  const place = { certificate, at, issuer: chain[at + 1] ?? certificate, isRoot, now };
  return rules
    .filter(({ isBroken }) => isBroken(place))
    .map(({ clause, problem }) => ({ clause, problem: `Certificate ${at + 1} ${problem}.` }));
}

function isCritical(certificate: Certificate, oid: string): boolean {
  return certificate.extensions.get(oid)?.critical === true;
}

function isFitKey(spki: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const details = key.asymmetricKeyDetails;
    if (key.asymmetricKeyType === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
    return (
      key.asymmetricKeyType === 'ec' &&
      ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '')
    );
  } catch {
    return false;
  }
}
