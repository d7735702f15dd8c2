/**
 * What an owner declares to be expected. A rule names the login provider and the repository, always; whatever else it
 * names must fit as well, and it hides only what it names: one that is silent about the trigger hides no new trigger.
 * Patterns are anchored and matched in linear time (lib/verify/text-pattern.ts).
 */
import { z } from 'zod';
import { matchesText } from '#lib/verify/text-pattern.ts';
import { signedAt, type Facts } from './facts.ts';
import type { Aspect } from './built-in/rule.ts';
import { commitOf, refOf, triggerOf, workflowOf } from './history.ts';

const text = z.string().min(1).max(256);
const pattern = text.refine((glob) => glob.split('*').length <= 6, 'has too many wildcards');

/** `github.com/acme/app`, or `github.com/acme/*` for all of one owner; never wider. */
const source = pattern
  .regex(/^[a-z0-9.-]+(?::\d+)?\/[^/*\s]+\/[^\s]*$/, 'must name a host and an owner, without wildcards')
  .refine((glob) => !glob.includes('**'), 'must stay within one owner');

const weekday = z.int().min(0).max(6);

export const ownerRuleSchema = z.strictObject({
  issuer: text.refine((issuer) => !issuer.includes('*'), 'must be one login provider, without wildcards'),
  /** Null: signed by a person, from no repository. */
  source: source.nullable(),
  /** The number the repository keeps for life. */
  repositoryId: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  /** Its address without the ref: `https://github.com/acme/app/.github/workflows/release.yml`. */
  workflow: pattern.optional(),
  ref: pattern.refine((glob) => !/^\*+$/.test(glob), 'must say more than anything').optional(),
  triggers: z.array(text).min(1).max(10).optional(),
  runner: text.optional(),
  /** One file alone, in hexadecimal: of other files it says nothing. */
  digest: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){20,64}$/)
    .optional(),
  /** With its ref: one release alone. Of what was built from another commit or ref it says nothing. */
  commit: z
    .string()
    .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
    .optional(),
  /** UTC; days as in Date.getUTCDay. */
  hours: z
    .strictObject({
      days: z.array(weekday).min(1).max(7),
      from: z.int().min(0).max(23),
      until: z.int().min(1).max(24),
    })
    .refine(({ from, until }) => from < until, 'must begin before it ends')
    .optional(),
});

export type OwnerRule = z.infer<typeof ownerRuleSchema>;

export interface KeptRule {
  readonly id: string;
  readonly rule: OwnerRule;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Rules are looked at again at least this often. */
export const longestRuleMs = 180 * 86_400_000;

const glob = (pattern: string | undefined, value: string | undefined): boolean =>
  pattern === undefined || (value !== undefined && matchesText({ kind: 'glob', glob: pattern }, value));

/** Issuer and repository, and the file or the release if it names one: what the rule is about at all. */
export function concerns(rule: OwnerRule, facts: Facts): boolean {
  const { issuer, source: from, repositoryId, digest, commit, ref } = rule;
  if (digest !== undefined && digest !== facts.digest) return false;
  if (commit !== undefined && (commit !== commitOf(facts.claims) || !glob(ref, refOf(facts.claims))))
    return false;
  if (issuer !== facts.issuer) return false;
  if (from === null) return facts.source === null;
  if (facts.source === null || !glob(from, facts.source)) return false;
  return repositoryId === undefined || repositoryId === facts.claims['sourceRepositoryIdentifier'];
}

/** What of the rule the signature does not keep. */
export function breaches(rule: OwnerRule, facts: Facts): Aspect[] {
  const { claims } = facts;
  const trigger = triggerOf(claims);
  const kept: [Aspect, boolean][] = [
    ['workflow', glob(rule.workflow, workflowOf(claims))],
    ['ref', glob(rule.ref, refOf(claims))],
    ['trigger', rule.triggers === undefined || (trigger !== undefined && rule.triggers.includes(trigger))],
    ['runner', rule.runner === undefined || rule.runner === claims['runnerEnvironment']],
  ];
  return kept.filter(([, fits]) => !fits).map(([aspect]) => aspect);
}

export function isWithinHours({ hours }: OwnerRule, facts: Facts): boolean {
  if (hours === undefined) return true;
  const at = new Date(signedAt(facts));
  const hour = at.getUTCHours();
  return hours.days.includes(at.getUTCDay()) && hour >= hours.from && hour < hours.until;
}

/** What a rule says something of, and so may hide. */
export function hides(rule: OwnerRule): ReadonlySet<Aspect> {
  const named: [Aspect, unknown][] = [
    // A commit fixes the workflow files that are in it.
    ['workflow', rule.workflow ?? rule.commit],
    ['ref', rule.ref],
    ['trigger', rule.triggers],
    ['runner', rule.runner],
  ];
  return new Set<Aspect>([
    'name',
    'issuer',
    'source',
    ...named.flatMap(([aspect, says]) => (says === undefined ? [] : [aspect])),
  ]);
}

/** The rule as a person reads it. */
export function ruleSentence(rule: OwnerRule): string {
  const parts = [
    rule.digest && `the file ${rule.digest.slice(0, 16)}…`,
    rule.source ?? 'a person, from no repository',
    rule.repositoryId && `repository number ${rule.repositoryId}`,
    rule.workflow?.replace(/^.*\/\.github\/workflows\//s, ''),
    rule.ref,
    rule.commit && `commit ${rule.commit.slice(0, 12)}…`,
    rule.triggers?.join(' or '),
    rule.runner,
    rule.hours &&
      `${rule.hours.days.map((day) => days[day]).join(' ')} ${rule.hours.from}–${rule.hours.until} h UTC`,
  ];
  return `${parts.filter((part) => part !== undefined).join(', ')}, vouched for by ${rule.issuer}`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
