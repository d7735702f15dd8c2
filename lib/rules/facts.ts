/**
 * What is known of one log entry that concerns a watched identity: stored with the alert, shown on its page and in its
 * mail, and all that a rule may look at. Text in here came from a stranger; it is shown through lib/encoding/visible-text.
 */
import { z } from 'zod';

export const trusts = ['trusted', 'untrusted', 'unknown', 'none', 'unparsable'] as const;
/**
 * trusted: the certificate chains to an authority we trust, valid when it was issued. untrusted: it does not, so anyone
 * may have written the name in it. unknown: could not be checked. none: a bare key, no certificate. unparsable: the
 * entry does not read, the identity was found in its bytes.
 */
export type Trust = (typeof trusts)[number];

const instant = z.iso.datetime();

/** What the name did before, as lib/rules/history.ts found it. Lists hold the latest few values. */
const usualSchema = z.object({
  /** Earlier genuine signatures that were looked at, in all and from this repository. */
  signatures: z.int(),
  fromSource: z.int(),
  lastAt: instant.nullable(),
  repositoryIds: z.array(z.string()),
  ownerIds: z.array(z.string()),
  workflows: z.array(z.string()),
  signers: z.array(z.string()),
  refKinds: z.array(z.string()),
  triggers: z.array(z.string()),
  runners: z.array(z.string()),
  keyTypes: z.array(z.string()).default([]),
  /** How many came from a build rather than a person. */
  machines: z.int(),
  /** Signatures within ten minutes, this one included, and since when. */
  recent: z.int(),
  recentSince: instant,
  usualBurst: z.int(),
  /** Signatures within the same run of a build, this one included, and since when; null where it is of no run. */
  run: z.object({ signatures: z.int(), since: instant, usual: z.int() }).nullable().default(null),
});

export type Usual = z.infer<typeof usualSchema>;

const announced = { number: z.string().regex(/^\d+$/), used: z.int(), wanted: z.int() };
/** announced: by that intent, which now is used so often. missing: intents are asked for, and none announced it. */
const intentSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('announced'), ...announced }),
  z.object({
    state: z.literal('unused'),
    ...announced,
    /** Who announced it, when, and until when it was good. */
    by: z.string().optional(),
    since: instant.optional(),
    until: instant.optional(),
  }),
  z.object({ state: z.literal('missing') }),
]);

export const factsSchema = z.object({
  /** The watched identity, as it is compared. */
  identity: z.string(),
  identityKind: z.string(),
  logId: z.string(),
  logName: z.string(),
  /**
   * signature: what was signed is in the entry. issuance: only that a certificate was issued. announcement: no entry, but
   * an intent that no signature came for; logId is `intents` and index its number.
   */
  event: z.enum(['signature', 'issuance', 'announcement']),
  /** Decimal; may be past what a number holds. */
  index: z.string().regex(/^\d+$/),
  seenAt: instant,
  trust: z.enum(trusts),
  issuer: z.string().nullable(),
  /** Lower case hexadecimal. */
  digest: z.string().nullable(),
  digestAlgorithm: z.string().nullable(),
  certificate: z.object({ notBefore: instant, notAfter: instant, serial: z.string() }).nullable(),
  /** Of the names in here those that the certificate spells otherwise, and how: the others stand there as they are here. */
  exact: z.record(z.string(), z.string()).optional(),
  /** Extensions by their names in lib/x509/fulcio-oids.ts. */
  claims: z.record(z.string(), z.string()),
  /** The repository the signature came from, `host/owner/name`. */
  source: z.string().nullable(),
  /** No earlier trusted signature: as this identity; by this issuer for it; from this repository and issuer for it. */
  firstForIdentity: z.boolean(),
  firstForIssuer: z.boolean(),
  firstForSource: z.boolean(),
  /** Null where there is nothing to compare: forged, unreadable, or only issued. */
  usual: usualSchema.nullable().default(null),
  /** Of the key that signed; null where it is not known. */
  keyType: z.string().nullable().default(null),
  /** Who signed, by name, where what is watched is no name of theirs: a file, a key, a certificate, a package. */
  signer: z.string().nullable().default(null),
  /** Where several signed a watched file or package, and none is its signer alone: the first few, and how many there are. */
  signers: z.array(z.string()).optional(),
  signersInAll: z.int().optional(),
  /** The name in the entry, when it is not the watched one but looks like it. */
  lookAlike: z.string().nullable().default(null),
  /** It does not look the same, but is one slip away (near-name.ts). */
  nearName: z.boolean().default(false),
  /** What was signed in that other name is of the watched one: the same file, or a statement about the same package. */
  signsYours: z.boolean().default(false),
  /** The same bytes were signed before, by somebody else. */
  signedByOthers: z.boolean().default(false),
  /** Somebody who watches this name disowned an earlier signature, and that stands. */
  disowned: z.boolean().default(false),
  /** Issuance for the name or its repository was frozen when it was signed. */
  frozen: z.boolean().default(false),
  /** The name is of somebody who left the team that watches. */
  departed: z.boolean().default(false),
  /** The numbers the repository and its owner have by a proof of the team that watches; null where there is none. */
  proven: z
    .object({ repositoryId: z.string().nullable(), ownerId: z.string().nullable() })
    .nullable()
    .default(null),
  /** What the intents of the team say of it; null where they say nothing. */
  intent: intentSchema.nullable().default(null),
});

export type Facts = z.infer<typeof factsSchema>;
/** Before what is not said has its default. */
export type FactsKnown = z.input<typeof factsSchema>;

/** What stands in it was written by whoever wished to: no certificate that was checked says so. */
export function isForged({ trust }: { readonly trust: string }): boolean {
  return trust === 'untrusted' || trust === 'unparsable';
}

/** No authority that we know vouches for what the entry says. */
export function onlyClaims(of: { readonly trust: string }): boolean {
  return of.trust === 'unknown' || isForged(of);
}

/** When it was signed, as far as anybody vouches for it: the date of a certificate that a forger made is as they like it. */
export function signedAt({
  certificate,
  seenAt,
  trust,
}: Pick<Facts, 'certificate' | 'seenAt' | 'trust'>): string {
  return isForged({ trust }) ? seenAt : (certificate?.notBefore ?? seenAt);
}

/** A name of the facts as the certificate has it: what is shown to people, and what they can tell a verifier. */
export function asSpelled({ exact }: Facts, name: string): string {
  return exact !== undefined && Object.hasOwn(exact, name) ? (exact[name] ?? name) : name;
}

/** Watches of what a signature is over or made with, whoever made it. */
const things: ReadonlySet<string> = new Set(['digest', 'certificate', 'key']);

/** A bare key is itself all that is known of who signed. */
export function isOfAThing({ identity, identityKind, signer, trust }: Facts): boolean {
  return things.has(identityKind) && signer !== identity && !(identityKind === 'key' && trust === 'none');
}

/** The name it was signed in; undefined where the entry has none. */
export function whoSigned(facts: Facts): string | undefined {
  const { identity, identityKind, lookAlike, signer } = facts;
  const named = lookAlike ?? signer;
  if (named !== null) return named;
  return isOfAThing(facts) || identityKind === 'package' ? undefined : identity;
}

/** Those who signed together, as names to show, and how many are left out; undefined where one did, or nobody. */
export function signedTogether(facts: Facts): { names: string[]; more: number } | undefined {
  const { signers = [], signersInAll = signers.length } = facts;
  if (signers.length < 2) return undefined;
  return { names: signers.map((name) => asSpelled(facts, name)), more: signersInAll - signers.length };
}

/** What is watched, within a sentence. */
export function thingWatched({ identityKind }: Facts): string {
  return identityKind === 'digest' ? 'file' : identityKind;
}
