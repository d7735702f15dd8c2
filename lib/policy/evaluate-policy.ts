/**
 * "7 of these 12 must have signed": a yes or a no, and for each signature and each rule the reason. It counts people and
 * never signatures; a signature that raises any doubt about whose it is counts for nobody.
 */
import type { Artifact } from '#lib/verify/artifact.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { unaskedAttestation, unmetCondition } from './check-conditions.ts';
import { identifyPerson, isMember, type Identified } from './identify-person.ts';
import type { Eligible, Policy, Rule } from './policy.ts';
import type { Submission } from './submission.ts';

export interface PolicyReport {
  readonly verdict: 'satisfied' | 'unsatisfied' | 'blocked';
  readonly reason: string;
  readonly rule: RuleReport;
  readonly signatures: readonly SignatureReport[];
}

export type RuleReport =
  | { readonly kind: 'all' | 'any'; readonly satisfied: boolean; readonly rules: readonly RuleReport[] }
  | {
      readonly kind: 'threshold';
      readonly satisfied: boolean;
      readonly atLeast: number;
      readonly label: string;
      readonly signed: readonly string[];
      /** Of those the policy names; nobody can list an open group. */
      readonly missing: readonly string[];
      /** Members whose signature does not count for this rule. */
      readonly notCounted: readonly { readonly name: string; readonly reason: string }[];
    };

export type SignatureReport =
  | { readonly name: string; readonly outcome: 'counts'; readonly person: string }
  | {
      readonly name: string;
      readonly outcome: 'does-not-count';
      readonly code: string;
      readonly reason: string;
    };

export function evaluatePolicy(
  policy: Policy,
  { artifact, submissions, now }: { artifact: Artifact; submissions: readonly Submission[]; now: Date },
): PolicyReport {
  const identified = submissions.map((submission) => identifyPerson(policy, submission, now));
  const genuine = identified.filter((one) => one.outcome === 'identified');
  const rule = evaluateRule(policy.rule, genuine, { now, accept: policy.accept });
  const used = new Set<string>();
  const signatures = identified.map((one) => reportOn(one, rule, used));
  const blocked = blockedBecause(policy, artifact);
  if (blocked !== undefined) return { verdict: 'blocked', reason: blocked, rule, signatures };
  return rule.satisfied
    ? { verdict: 'satisfied', reason: 'enough of the right people signed', rule, signatures }
    : { verdict: 'unsatisfied', reason: shortfall(rule), rule, signatures };
}

/** A list that cannot be compared for want of a digest blocks. */
function blockedBecause({ allow, deny }: Policy, artifact: Artifact): string | undefined {
  const names = [...hashes].map(([prefix, hash]) => {
    const digest = artifact.digest(hash);
    return [prefix, digest === undefined ? undefined : `${prefix}:${toHex(digest)}`] as const;
  });
  const known = names.flatMap(([, name]) => (name === undefined ? [] : [name]));
  if (known.some((name) => deny.has(name))) return 'the artifact is on the deny list';
  const unknown = names.find(
    ([prefix, name]) => name === undefined && [...deny].some((one) => one.startsWith(`${prefix}:`)),
  );
  if (unknown !== undefined) {
    return `the ${unknown[0]} of the artifact is needed to compare it with the deny list`;
  }
  if (allow !== undefined && !known.some((name) => allow.has(name))) {
    return 'the artifact is not on the allow list';
  }
  return undefined;
}

const hashes = [
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
] as const;

type Genuine = Extract<Identified, { outcome: 'identified' }>;

interface Frame {
  readonly now: Date;
  readonly accept: Policy['accept'];
}

function evaluateRule(rule: Rule, genuine: readonly Genuine[], frame: Frame): RuleReport {
  if (rule.kind === 'threshold') return evaluateThreshold(rule, genuine, frame);
  const rules = rule.rules.map((inner) => evaluateRule(inner, genuine, frame));
  const satisfied =
    rule.kind === 'all' ? rules.every((one) => one.satisfied) : rules.some((one) => one.satisfied);
  return { kind: rule.kind, satisfied, rules };
}

function evaluateThreshold(
  { atLeast, label, eligible }: Extract<Rule, { kind: 'threshold' }>,
  genuine: readonly Genuine[],
  frame: Frame,
): RuleReport {
  const signed = new Set<string>();
  const notCounted: { name: string; reason: string }[] = [];
  for (const one of genuine) {
    const reason = whyNot(eligible, one, frame);
    if (reason === 'counts') signed.add(one.who);
    else if (reason !== 'stranger') notCounted.push({ name: one.submission.name, reason });
  }
  const named = new Set(eligible.flatMap(({ members }) => [...members.people].map(({ name }) => name)));
  return {
    kind: 'threshold',
    satisfied: signed.size >= atLeast,
    atLeast,
    label,
    signed: [...signed].sort(),
    missing: [...named].filter((name) => !signed.has(name)).sort(),
    notCounted,
  };
}

/** The best of the ways in which a signature could count for a rule. */
function whyNot(eligible: readonly Eligible[], one: Genuine, { now, accept }: Frame): string {
  const reasons = eligible
    .filter(({ members }) => isMember(members, one))
    .map(({ where }) =>
      [
        unaskedAttestation([...(accept === undefined ? [] : [accept]), ...where], one.signature),
        ...where.map((conditions) => unmetCondition(conditions, one.signature, now)),
      ].find((complaint) => complaint !== undefined),
    );
  if (reasons.length === 0) return 'stranger';
  return reasons.includes(undefined) ? 'counts' : (reasons[0] ?? 'counts');
}

function reportOn(one: Identified, rule: RuleReport, used: Set<string>): SignatureReport {
  const name = one.submission.name;
  if (one.outcome === 'refused') {
    return { name, outcome: 'does-not-count', code: one.code, reason: one.reason };
  }
  const thresholds = leaves(rule);
  const counts = thresholds.some(
    // Another signature of theirs may be the one that counts.
    ({ signed, notCounted }) => signed.includes(one.who) && !notCounted.some((entry) => entry.name === name),
  );
  if (!counts) {
    const because = thresholds.flatMap(({ notCounted }) => notCounted).find((entry) => entry.name === name);
    if (because !== undefined) {
      return { name, outcome: 'does-not-count', code: 'condition-unmet', reason: because.reason };
    }
    const reason = one.isAnotherWay
      ? `it looks like ${one.who}, but no credential of theirs is written so, by this issuer`
      : `${one.who} is in no group that is asked`;
    const code = one.isAnotherWay ? 'not-their-credential' : 'not-a-member';
    return { name, outcome: 'does-not-count', code, reason };
  }
  if (used.has(one.who)) {
    return {
      name,
      outcome: 'does-not-count',
      code: 'counted-already',
      reason: `${one.who} is counted already`,
    };
  }
  used.add(one.who);
  return { name, outcome: 'counts', person: one.who };
}

type ThresholdReport = Extract<RuleReport, { kind: 'threshold' }>;

function leaves(rule: RuleReport): ThresholdReport[] {
  return rule.kind === 'threshold' ? [rule] : rule.rules.flatMap(leaves);
}

function shortfall(rule: RuleReport): string {
  const short = leaves(rule).filter(({ satisfied }) => !satisfied);
  return short.map(({ signed, atLeast, label }) => `${signed.length} of ${atLeast} from ${label}`).join('; ');
}
