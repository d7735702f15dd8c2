/** One signature as the monitor verified it in a log. Every text in it is a stranger's. */
import { z } from 'zod';

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
  claims: z.record(z.string(), z.unknown()),
  identities: z.array(z.object({ kind: z.string(), value: z.string() })).nullable(),
});

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
  readonly claims: Readonly<Record<string, string>>;
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
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
  claims: Object.fromEntries(
    Object.entries(read.claims).filter((claim): claim is [string, string] => typeof claim[1] === 'string'),
  ),
  identities: read.identities ?? [],
}));

/** When it was signed: the certificate was issued in that minute; without one, when we first saw the entry. */
export function signedAt({ notBefore, seenAt }: Signing): Date {
  return new Date(notBefore ?? seenAt);
}

/** What a person would call the place it came from: the repository, or who vouched for the login. */
export function sourceOf({ claims, issuer }: Signing): {
  kind: 'repository' | 'login' | 'key';
  name: string;
} {
  const repository = claims['sourceRepositoryUri'] ?? claims['githubWorkflowRepository'];
  if (repository !== undefined) return { kind: 'repository', name: repository };
  return issuer === null ? { kind: 'key', name: 'a bare key' } : { kind: 'login', name: issuer };
}
