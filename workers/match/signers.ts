/**
 * Who signed an entry, each standing for themselves: what an authority vouched for does not vouch for a certificate beside
 * it, and what anyone can write beside a signature takes nothing from it. An entry is as good as the best of them.
 */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import type { CertificateIdentity } from '#lib/identity/from-certificate.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import { keyTypeOf } from '#lib/identity/key-type.ts';
import { boundedText, normalise, type SpelledIdentity } from '#lib/identity/normalise.ts';
import type { Trust } from '#lib/rules/facts.ts';

/** A certificate, or the bare keys of an entry, which say nothing of whose they are. */
export interface Signer {
  readonly trust: Trust;
  readonly certificateKey: Uint8Array | undefined;
  /** SHA-256 of the certificate as it stands there. */
  readonly certificateHash: Uint8Array | undefined;
  readonly issuer: string | undefined;
  readonly notBefore: Date | undefined;
  readonly notAfter: Date | undefined;
  readonly serial: string | undefined;
  readonly source: string | undefined;
  readonly claims: Readonly<Record<string, string>>;
  /** Of the key that signed. */
  readonly keyType: string | undefined;
}

/** Whose it is; left out for the entry's best signer. */
interface OfSigner {
  readonly signer?: number;
}

export interface Signed {
  /** Those of the best signer first; words of several signers are the best one's. */
  readonly identities: readonly (SpelledIdentity & OfSigner)[];
  /** SHA-256 of each certificate and of its key, for those who watch one. */
  readonly fingerprints: readonly (OfSigner & {
    readonly certificate: Uint8Array;
    readonly key: Uint8Array;
  })[];
  /** From place 1 on. */
  readonly others: readonly Signer[];
}

/** What each certificate is worth, in their order; one word where there is one certificate or none. */
export type Standing = Trust | readonly Trust[];

// Half of what an index entry of PostgreSQL holds, since two of these stand beside an identity.
export const indexedTextBytes = 512;
const longestClaimBytes = 4096;

type Readable = Exclude<ReadEntry, { kind: 'unparsable' }>;
interface Found extends Pick<Signed, 'identities' | 'fingerprints'> {
  readonly is: Signer;
}

export function signersOf(
  read: Readable,
  certificates: readonly CertificateIdentity[],
  standing: Standing,
): Signed & { readonly best: Signer } {
  const found = certificates.map((certificate, at) =>
    ofCertificate(read, certificate, at, typeof standing === 'string' ? standing : standing[at]),
  );
  const bare = bareKeys(read);
  if (bare.length > 0 || found.length === 0) found.push({ is: nobody, identities: bare, fingerprints: [] });
  const [best = { is: nobody, identities: [], fingerprints: [] }, ...others] =
    found.length < 2 ? found : found.toSorted((a, b) => rank[a.is.trust] - rank[b.is.trust]);
  const beside = read.identities?.filter((identity) => !isKeyName(identity)) ?? [];
  const own = beside.length === 0 ? best.identities : [...best.identities, ...beside];
  return {
    best: best.is,
    identities: others.length === 0 ? own : withOthers(own, others),
    fingerprints: others.length === 0 ? best.fingerprints : printsOf([best, ...others]),
    others: others.map(({ is }) => is),
  };
}

export const nobody: Signer = {
  trust: 'none',
  certificateKey: undefined,
  certificateHash: undefined,
  issuer: undefined,
  notBefore: undefined,
  notAfter: undefined,
  serial: undefined,
  source: undefined,
  claims: {},
  keyType: undefined,
};

const rank: Readonly<Record<Trust, number>> = {
  trusted: 0,
  unknown: 1,
  none: 1,
  untrusted: 2,
  unparsable: 3,
};

function ofCertificate(
  read: Readable,
  { identities, issuer, source, claims, ...certificate }: CertificateIdentity,
  at: number,
  trust: Trust = 'untrusted',
): Found {
  const { encoding, spki } = read.certificates[at] ?? {};
  if (encoding === undefined || spki === undefined) throw new RangeError(`no certificate ${at} in the entry`);
  const fingerprint = { certificate: sha256(encoding), key: sha256(spki) };
  // Around the bare TBSCertificate of a precertificate stands nothing that anybody has a fingerprint of.
  const isWhole = read.kind !== 'precertificate';
  return {
    is: {
      trust,
      certificateKey: certificate.certificateKey,
      certificateHash: isWhole ? fingerprint.certificate : undefined,
      issuer: issuer === undefined ? undefined : boundedText(issuer, indexedTextBytes),
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      serial: certificate.serial,
      source: source === undefined ? undefined : boundedText(source, indexedTextBytes),
      claims: boundedClaims(claims),
      keyType: isWhole ? keyTypeOf(spki) : undefined,
    },
    identities,
    fingerprints: [fingerprint],
  };
}

function bareKeys({ keys, identities }: Readable): SpelledIdentity[] {
  if (keys.length === 0 && identities === undefined) return [];
  return [...keys.flatMap((key) => normalise('key', toHex(key))), ...(identities ?? []).filter(isKeyName)];
}

/** What a bare key is known by; other names beside the certificates are of what was signed. */
function isKeyName({ kind }: SpelledIdentity): boolean {
  return kind === 'pgp-key' || kind === 'pgp-user' || kind === 'minisign-key';
}

/** A name is found and counted once in an entry. */
function withOthers(own: Signed['identities'], others: readonly Found[]): Signed['identities'] {
  const all = [...own];
  const known = new Set(own.map(({ value }) => value));
  for (const [at, { identities }] of others.entries()) {
    const more = identities.filter(({ value }) => !known.has(value));
    for (const identity of more) {
      known.add(identity.value);
      all.push({ ...identity, signer: at + 1 });
    }
  }
  return all;
}

function printsOf(found: readonly Found[]): Signed['fingerprints'] {
  return found.flatMap(({ fingerprints }, signer) =>
    fingerprints.map((print) => (signer === 0 ? print : { ...print, signer })),
  );
}

/** As one of its signers signed it, and nobody else. */
export function signedBy<Entry extends Signer & Signed>(entry: Entry, place = 0): Entry {
  const { others, identities, fingerprints } = entry;
  if (others.length === 0) return entry;
  const isTheirs = ({ signer = 0 }: OfSigner) => signer === place;
  return {
    ...entry,
    ...others[place - 1],
    identities: identities.filter(isTheirs),
    fingerprints: fingerprints.filter(isTheirs),
    others: [],
  };
}

/** Nearly never: then nothing is copied. */
function hasOver(claims: Readonly<Record<string, string>>, bytes: number): boolean {
  for (const name in claims) {
    const value = claims[name] ?? '';
    // No unit of a string takes more than three bytes.
    if (value.length * 3 > bytes || value.includes('\0')) return true;
  }
  return false;
}

function boundedClaims(claims: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!hasOver(claims, longestClaimBytes)) return claims;
  const bounded: Record<string, string> = {};
  for (const name in claims) bounded[name] = boundedText(claims[name] ?? '', longestClaimBytes);
  return bounded;
}
