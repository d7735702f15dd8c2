/**
 * Who of an issuer's people and runs may have certificates: trusting the issuer of a public code host trusts every
 * repository on it. Each kind of rule that is there must hold; of its values one is enough.
 */
import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { normalise } from '#lib/identity/normalise.ts';
import { plainKeys } from '#lib/encoding/plain-keys.ts';
import type { Claims, Identity } from './identity.ts';
import { TokenError } from './token-error.ts';

const values = z.array(z.string().min(1).max(500)).min(1).max(10_000);
/** As their host writes them, without the host: the issuer says which that is. Hosts compare without case. */
const paths = values.transform((given) =>
  given.map((path) => path.toLowerCase().replaceAll(/^\/+|\/+$/g, '')),
);
const domains = values.transform((given) => given.map((domain) => domain.toLowerCase()));

export const allowRules = z.preprocess(
  plainKeys,
  z
    .strictObject({
      /** First parts of the path of a repository: `acme`, or a GitLab group `acme/tools`. */
      organizations: paths.optional(),
      repositories: paths.optional(),
      /** One of the token's `groups`. */
      groups: values.optional(),
      /** Of an email address; `*.example.com` is every domain below it. */
      domains: domains.optional(),
      /** The name in the certificate, whole. */
      identities: values.optional(),
      /** Any claim of the token by its name; a list of values holds when it has one of these. */
      claims: z.record(z.string().min(1), values).optional(),
    })
    .refine(
      (rules) => Object.values(rules).some((rule) => rule !== undefined && Object.keys(rule).length > 0),
      'names no rule',
    ),
);

export type AllowRules = z.infer<typeof allowRules>;

export function requireAllowed(rules: AllowRules | undefined, identity: Identity, claims: Claims): void {
  const broken = rules === undefined ? undefined : firstBroken(rules, identity, claims);
  if (broken === undefined) return;
  throw new TokenError('identity-not-allowed', `The rules of this issuer do not allow it: ${broken}.`);
}

function firstBroken(rules: AllowRules, identity: Identity, claims: Claims): string | undefined {
  const repository = repositoryPath(identity);
  const under = (names: readonly string[]) =>
    names.some((name) => repository?.startsWith(`${name}/`) === true);
  const held: [string, boolean][] = [
    ['organization', rules.organizations === undefined || under(rules.organizations)],
    ['repository', rules.repositories?.includes(repository ?? '') ?? true],
    ['group', rules.groups === undefined || holdsOne(claims['groups'], rules.groups)],
    ['domain', rules.domains === undefined || isOfDomain(identity, rules.domains)],
    ['identity', rules.identities?.includes(identity.subjectAltName.value) ?? true],
    ...Object.entries(rules.claims ?? {}).map(([name, allowed]): [string, boolean] => [
      name,
      holdsOne(Object.hasOwn(claims, name) ? claims[name] : undefined, allowed),
    ]),
  ];
  return held.find(([, holds]) => !holds)?.[0];
}

/** Without its host. */
function repositoryPath({ claims }: Identity): string | undefined {
  const [source] = normalise('repository', claims.sourceRepositoryUri ?? '');
  return source?.value.split('/').slice(1).join('/');
}

function isOfDomain({ subjectAltName: { kind, value } }: Identity, allowed: readonly string[]): boolean {
  const domain = kind === 'email' ? parseEmailAddress(value)?.domain : undefined;
  if (domain === undefined) return false;
  return allowed.some((rule) => (rule.startsWith('*.') ? domain.endsWith(rule.slice(1)) : domain === rule));
}

function holdsOne(claim: unknown, allowed: readonly string[]): boolean {
  const held: unknown[] = Array.isArray(claim) ? claim : [claim];
  return held.some(
    (value) => ['string', 'number', 'boolean'].includes(typeof value) && allowed.includes(String(value)),
  );
}
