/** What an alert says of an entry, held against the entry. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { readCertificateIdentity, type CertificateIdentity } from '#lib/identity/from-certificate.ts';
import type { ReadEntry } from '#lib/identity/from-entry.ts';
import { keyTypeOf } from '#lib/identity/key-type.ts';
import { boundedText, type SpelledIdentity } from '#lib/identity/normalise.ts';
import { continuesPath, issuerSubjectValue } from '#lib/identity/watch-target.ts';
import { isWorkflowAt, workflowWatch } from '#lib/identity/workflow-watch.ts';
import type { Facts, Trust } from '#lib/rules/facts.ts';
import type { Evidence } from '#lib/verify/evidence.ts';
import { matchesText } from '#lib/verify/text-pattern.ts';

type Entry = Exclude<ReadEntry, { kind: 'unparsable' }>;

/** As workers/match/indexed-entry.ts keeps them. */
const [textBytes, claimBytes] = [512, 4096];

/** The first thing that the alert says and the entry does not, in words. */
export function whatDiffers(
  facts: Facts,
  evidence: Evidence,
  entry: Entry,
  trust: Trust,
): string | undefined {
  const certificates = entry.certificates.map(readCertificateIdentity);
  return (
    whichDiffers(facts, evidence) ??
    saidOtherwise(facts, entry, certificates[0], trust) ??
    claimNotThere(facts, certificates[0]) ??
    nameNotThere(facts, entry, certificates)
  );
}

function whichDiffers({ logId, index, event }: Facts, evidence: Evidence): string | undefined {
  if (logId !== evidence.log.id) return `it is of the log ${logId}`;
  if (index !== evidence.index) return `it says entry ${index}`;
  const shown = evidence.log.kind === 'ct' ? 'issuance' : 'signature';
  return event === shown ? undefined : `it says ${event}, the entry is of a ${shown}`;
}

function saidOtherwise(
  facts: Facts,
  entry: Entry,
  certificate: CertificateIdentity | undefined,
  trust: Trust,
): string | undefined {
  const bounded = (text: string | undefined) => (text === undefined ? null : boundedText(text, textBytes));
  const validity = certificate && {
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    serial: certificate.serial,
  };
  const said = [
    ['whether the name is certified', facts.trust, trust],
    ['the issuer', facts.issuer, bounded(certificate?.issuer)],
    ['the repository', facts.source, bounded(certificate?.source)],
    ['the certificate', validityText(facts.certificate), validityText(validity ?? null)],
    ['the digest', facts.digest, entry.digest === undefined ? null : toHex(entry.digest.bytes)],
    ['the digest algorithm', facts.digestAlgorithm, bounded(entry.digest?.algorithm)],
    // Not said of what was only issued, nor by alerts of before it was kept.
    ['the key', facts.keyType, facts.keyType && keyTypeIn(entry)],
  ] as const;
  const other = said.find(([, alert, shown]) => alert !== shown);
  return (
    other && `${other[0]} is “${other[1] ?? 'none'}” in the alert and “${other[2] ?? 'none'}” in the entry`
  );
}

function validityText(certificate: Facts['certificate']): string | null {
  return certificate && `${certificate.serial} of ${certificate.notBefore} to ${certificate.notAfter}`;
}

function keyTypeIn({ certificates: [first] }: Entry): string | null {
  return (first && keyTypeOf(first.spki)) ?? null;
}

/** An older alert may say less than we read today. */
function claimNotThere({ claims }: Facts, certificate: CertificateIdentity | undefined): string | undefined {
  const shown = new Map<string, string>(Object.entries(certificate?.claims ?? {}));
  const other = Object.entries(claims).find(
    ([name, value]) => value !== boundedText(shown.get(name) ?? '', claimBytes),
  );
  return other && `it says ${other[0]} is “${other[1]}”, the entry does not`;
}

function nameNotThere(
  facts: Facts,
  entry: Entry,
  certificates: readonly CertificateIdentity[],
): string | undefined {
  const { identity, lookAlike, signer, exact = {} } = facts;
  const identities = [...certificates.flatMap((each) => each.identities), ...(entry.identities ?? [])];
  const names = new Set([...identities.map(({ value }) => value), ...printsOf(entry)]);
  // Of a name that only looks like the watched one, the watched one does not stand there.
  const wanted = lookAlike === null && !covers(facts, names) ? [identity] : [];
  const missing = [...wanted, ...[lookAlike, signer].filter((name) => name !== null && !names.has(name))][0];
  if (missing !== undefined) return `the name “${missing}” does not stand in the entry`;
  const other = Object.entries(exact).find(([value, text]) => !isSpelled(identities, value, text));
  return other && `the name “${other[1]}” is not spelled so in the entry`;
}

function isSpelled(identities: readonly SpelledIdentity[], value: string, text: string): boolean {
  return identities.some((identity) => identity.value === value && (identity.exact ?? value) === text);
}

function printsOf({ certificates, keys, digest }: Entry): string[] {
  return [
    ...certificates.flatMap(({ encoding, spki }) => [sha256(encoding), sha256(spki)]).map(toHex),
    ...keys.map(toHex),
    ...(digest === undefined ? [] : [`sha256:${toHex(digest.bytes)}`]),
  ];
}

/** The watched name, or a name that a watch of many takes in. */
function covers({ identity, identityKind, issuer, claims }: Facts, names: ReadonlySet<string>): boolean {
  if (names.has(identity)) return true;
  const all = [...names];
  switch (identityKind) {
    case 'email':
      return all.some((name) => name.replace(/\+[^@]*@/, '@') === identity);
    case 'domain':
      return all.some((name) => name.endsWith(identity.startsWith('.') ? identity : `@${identity}`));
    case 'workflow':
      return all.some((name) => isWorkflowAt(workflowWatch(identity), name));
    case 'organisation':
    case 'uri-prefix':
      return all.some((name) => continuesPath(identity, name));
    case 'uri-pattern':
      return all.some((name) => matchesText({ kind: 'glob', glob: identity }, name));
    case 'issuer-subject':
      return [...all, ...Object.values(claims)].some(
        (name) => identity === issuerSubjectValue(issuer ?? '', name),
      );
    default:
      return false;
  }
}
