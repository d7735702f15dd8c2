/** One signature as the monitor verified it in a log. Every text in it is a stranger's. */
import { z } from 'zod';
import { isForged } from '#lib/rules/facts.ts';

const row = z.object({
  log_id: z.string(),
  entry_index: z.int(),
  seen_at: z.iso.datetime({ offset: true }),
  kind: z.string(),
  digest_algorithm: z.string().nullable(),
  digest: z.string().nullable(),
  trust: z.string(),
  issuer: z.string().nullable(),
  not_before: z.iso.datetime({ offset: true }).nullable(),
  not_after: z.iso.datetime({ offset: true }).nullable(),
  serial: z.string().nullable(),
  source: z.string().nullable(),
  claims: z.unknown(),
  identities: z
    .array(z.object({ kind: z.string(), value: z.string(), exact: z.string(), trust: z.string() }))
    .nullable(),
});

export interface SignedName {
  readonly kind: string;
  /** As it is compared and searched. */
  readonly value: string;
  /** As it stands in the certificate: what a verifier has to be told. */
  readonly exact: string;
  /** Of who has it: several may sign one entry, and each stands for themselves. */
  readonly trust: string;
}

/** With what one of its signers says: the one whose name was asked for, or the best of them. */
export interface Signing {
  readonly log: string;
  readonly index: number;
  readonly seenAt: string;
  readonly kind: string;
  readonly trust: string;
  readonly digest: { readonly algorithm: string; readonly value: string } | null;
  readonly issuer: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly serial: string | null;
  /** The repository it came from, normalised. */
  readonly source: string | null;
  readonly claims: Readonly<Record<string, string>>;
  readonly identities: readonly SignedName[];
}

export const signing = row.transform((read): Signing => ({
  log: read.log_id,
  index: read.entry_index,
  seenAt: read.seen_at,
  kind: read.kind,
  trust: read.trust,
  digest: read.digest === null ? null : { algorithm: read.digest_algorithm ?? 'unknown', value: read.digest },
  issuer: read.issuer,
  notBefore: read.not_before,
  notAfter: read.not_after,
  serial: read.serial,
  source: read.source,
  claims: textClaims(read.claims),
  identities: read.identities ?? [],
}));

/** The claims column; what is not text is left out. */
export function textClaims(json: unknown): Record<string, string> {
  const claims = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  return Object.fromEntries(
    claims.filter((claim): claim is [string, string] => typeof claim[1] === 'string'),
  );
}

/**
 * When it was signed: the certificate was issued in that minute; without one, or with one whose date a forger chose, when we
 * first saw the entry.
 */
export function signedAt(signing: Pick<Signing, 'notBefore' | 'seenAt' | 'trust'>): Date {
  const { notBefore, seenAt } = signing;
  return new Date(isForged(signing) || notBefore === null ? seenAt : notBefore);
}

/** Where it came from, and what a signed statement is about: names that are none of who signed. */
const notOfSigners: ReadonlySet<string> = new Set(['repository', 'package', 'artifact', 'pgp-user']);

/** Who signed; undefined when the entry names nobody who did so like this. */
export function signerOf({
  identities,
  trust,
}: Pick<Signing, 'identities' | 'trust'>): SignedName | undefined {
  return identities.find((name) => !notOfSigners.has(name.kind) && name.trust === trust);
}

/** What a person would call the place it came from: the repository, or who vouched for the login. */
export function sourceOf({ source, issuer, identities }: Signing): SigningSource {
  if (source === null)
    return issuer === null
      ? { kind: 'key', value: '', name: 'a bare key' }
      : { kind: 'login', value: issuer, name: issuer };
  const spelled = identities.find(({ kind, value }) => kind === 'repository' && value === source);
  return { kind: 'repository', value: source, name: spelled?.exact ?? source };
}

export interface SigningSource {
  readonly kind: 'repository' | 'login' | 'key';
  /** The same for every spelling. */
  readonly value: string;
  readonly name: string;
}

/** `SHA2_256` of the log's vocabulary is what people call SHA-256. */
export function digestName(algorithm: string): string {
  return algorithm.replace(/^SHA2_/, 'SHA-');
}
