/**
 * Facts in, verdict out, with the reasons in words: facts, then the owner's rules, then the built-in ones. Every rule
 * that applies gives a reason; the gravest one decides. What must not be hidden passes through every rule of an owner.
 */
import { builtInRules } from './built-in/all.ts';
import { isSignature, said, type Aspect, type BuiltInRule } from './built-in/rule.ts';
import type { Facts } from './facts.ts';
import { refOf } from './history.ts';
import { breaches, concerns, hides, isWithinHours, ruleSentence, type KeptRule } from './owner-rule.ts';
import { verdicts, type Reason, type Verdict } from './verdict.ts';

export interface Evaluation {
  readonly verdict: Verdict;
  /** Gravest first; never empty. */
  readonly reasons: readonly Reason[];
  /** The owner's rule that fits. */
  readonly ruleId: string | undefined;
}

const otherwise: Reason = {
  rule: 'watched-identity',
  words: 'You watch this name, and this signature looks like earlier ones.',
};

type Hit = Reason & { readonly verdict: Verdict };

export function evaluate(seen: Facts, ownerRules: readonly KeptRule[] = []): Evaluation {
  const facts = withNumbersOfOwner(seen, ownerRules);
  const asked = rulesFor(facts, ownerRules);
  const fitting = asked.find(({ rule }) => breaches(rule, facts).length === 0 && isWithinHours(rule, facts));
  const hidden = fitting === undefined ? new Set<Aspect>() : hides(fitting.rule);
  const announced = announcement(facts);
  const hits = [
    ...builtInRules
      .filter((rule) => rule.applies(facts) && !hidden.has(rule.about))
      .map((rule) => hitOf(rule, facts)),
    // Last among equals: what was never done before says more than that no rule allows it.
    ...(fitting === undefined ? breachHits(facts, asked) : []),
  ]
    .filter(({ rule }) => announced === undefined || !quietWhenAnnounced.has(rule))
    .sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict));
  const fits =
    announced ?? (fitting && { rule: 'owner-rule', words: `You expect: ${ruleSentence(fitting.rule)}.` });
  const [gravest] = hits;
  if (gravest === undefined)
    return { verdict: fits ? 'expected' : 'notable', reasons: [fits ?? otherwise], ruleId: fitting?.id };
  // What is odd about this very one comes before that it is one of many.
  const lonely = hits.filter(({ rule }) => rule !== 'burst');
  const ordered = [...lonely, ...hits.filter(({ rule }) => rule === 'burst')];
  const reasons = ordered.map(({ rule, words }) => ({ rule, words }));
  return { verdict: gravest.verdict, reasons, ruleId: fitting?.id };
}

/**
 * What an intent makes usual: that it happens, when, how often, and where. It is for one repository, used up by what it
 * announces and made under another credential than the build's. Of who vouches for the build, which number its repository
 * has, what it was built from and how it was started it says nothing.
 */
const quietWhenAnnounced: ReadonlySet<string> = new Set([
  'first-signature',
  'first-repository',
  'burst',
  'dormant',
  'outside-hours',
]);

function announcement({ intent }: Facts): Reason | undefined {
  if (intent?.state !== 'announced') return undefined;
  const { number, used, wanted } = intent;
  return { rule: 'announced', words: `You announced it by intent ${number}, ${used} of ${wanted}.` };
}

/** A rule speaks of signatures by an authority we trust, or a key, and until it expires. */
function rulesFor(facts: Facts, rules: readonly KeptRule[]): KeptRule[] {
  if (!isSignature(facts)) return [];
  const at = Date.parse(facts.seenAt);
  return rules.filter(({ rule, expiresAt }) => at < expiresAt && concerns(rule, facts));
}

/** Which number a repository has is for its owner to say or to prove, whatever its name did before. */
function withNumbersOfOwner(facts: Facts, rules: readonly KeptRule[]): Facts {
  const { usual, claims, proven } = facts;
  const now = claims['sourceRepositoryIdentifier'];
  if (usual === null || now === undefined) return facts;
  // A proof says more than who signed first.
  if (proven?.repositoryId === now)
    return { ...facts, usual: { ...usual, repositoryIds: [now], ownerIds: ofProof(proven.ownerId) } };
  const ids = idsOfRules(facts, rules);
  if (ids.length === 0) return facts;
  if (!ids.includes(now)) return { ...facts, usual: { ...usual, repositoryIds: ids } };
  // Of another first number, the owners known are another repository's.
  const ownerIds = usual.repositoryIds.includes(now) ? usual.ownerIds : [];
  return { ...facts, usual: { ...usual, repositoryIds: [now], ownerIds } };
}

/** Several rules are for one repository. */
function idsOfRules(facts: Facts, rules: readonly KeptRule[]): string[] {
  const anyNumber = rules.map((kept) => ({ ...kept, rule: { ...kept.rule, repositoryId: undefined } }));
  const asked = new Set(rulesFor(facts, anyNumber).map(({ id }) => id));
  return [...new Set(rules.flatMap(({ id, rule }) => (asked.has(id) ? (rule.repositoryId ?? []) : [])))];
}

const ofProof = (id: string | null): string[] => (id === null ? [] : [id]);

function hitOf(rule: BuiltInRule, facts: Facts): Hit {
  return { rule: rule.name, verdict: rule.verdictOf?.(facts) ?? rule.verdict, words: rule.words(facts) };
}

/** The owner has said what is expected of this repository, and this is not it. */
function breachHits(facts: Facts, rules: readonly KeptRule[]): Hit[] {
  const tried = rules.map(({ rule }) => ({ rule, broken: breaches(rule, facts) }));
  const closest = tried.sort((a, b) => a.broken.length - b.broken.length)[0];
  if (closest === undefined) return [];
  const expected = `You expect: ${ruleSentence(closest.rule)}.`;
  if (closest.broken.length === 0)
    return [
      { rule: 'outside-hours', verdict: 'notable', words: `Signed outside the hours you set. ${expected}` },
    ];
  if (closest.broken.includes('ref'))
    return [
      {
        rule: 'unexpected-ref',
        verdict: 'unexpected',
        words: `Built from ${said(refOf(facts.claims))}, which none of your rules allows. ${expected}`,
      },
    ];
  return [
    {
      rule: 'against-rules',
      verdict: 'unexpected',
      words: `None of your rules for this repository allows this ${closest.broken.join(' and ')}. ${expected}`,
    },
  ];
}
