/**
 * What a name's past suggests to expect from it, as rules a person can read, accept or refuse: one for each way in which
 * signatures came about more than twice.
 */
import { ownerRuleSchema, ruleSentence, type OwnerRule } from './owner-rule.ts';
import { refOf, repositoryId, triggerOf, workflowOf, type PastSigning } from './history.ts';

export interface Proposal {
  readonly rule: OwnerRule;
  readonly signatures: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Why a person should look twice before accepting it. */
  readonly caution: string | undefined;
}

export interface Baseline {
  /** Most frequent first. */
  readonly proposals: readonly Proposal[];
  /** Signatures that no proposal covers. */
  readonly left: number;
}

const oftenEnough = 3;

export function learnBaseline(past: readonly PastSigning[]): Baseline {
  const ways = new Map<string, PastSigning[]>();
  for (const signing of past) {
    const { issuer, source, claims } = signing;
    const way = [
      issuer,
      source,
      repositoryId(signing),
      workflowOf(claims),
      refPattern(refOf(claims)),
      claims.runnerEnvironment,
    ];
    const key = JSON.stringify(way);
    const same = ways.get(key);
    if (same === undefined) ways.set(key, [signing]);
    else same.push(signing);
  }
  const proposals = [...ways.values()]
    .filter((signings) => signings.length >= oftenEnough)
    .flatMap(proposalOf)
    .sort((a, b) => b.signatures - a.signatures);
  return { proposals, left: past.length - proposals.reduce((sum, { signatures }) => sum + signatures, 0) };
}

/** A tag that counts becomes its pattern: `refs/tags/v1.2.3` is `refs/tags/v*`. Branches stay what they are. */
export function refPattern(ref: string | undefined): string | undefined {
  const [, tagged] = /^(refs\/tags\/[^0-9*]*)[0-9]/s.exec(ref ?? '') ?? [];
  if (tagged !== undefined) return `${tagged}*`;
  return ref?.startsWith('refs/pull/') ? 'refs/pull/*/merge' : ref;
}

export function proposalSentence({ rule, signatures }: Proposal): string {
  return `${ruleSentence(rule)}: ${signatures} signatures`;
}

/** None where the past holds text that no rule may: a star in a name, or more than a name's length. */
function proposalOf(signings: readonly PastSigning[]): Proposal[] {
  const [first] = signings;
  if (first === undefined) return [];
  const { claims } = first;
  const triggers = [...new Set(signings.flatMap((signing) => triggerOf(signing.claims) ?? []))];
  const stated = {
    issuer: first.issuer,
    source: first.source === '' ? null : first.source,
    repositoryId: repositoryId(first),
    workflow: workflowOf(claims),
    ref: refPattern(refOf(claims)),
    triggers: triggers.length === 0 ? undefined : triggers,
    runner: claims.runnerEnvironment,
  };
  const known = Object.entries(stated).filter(([, value]) => value !== undefined);
  const rule = ownerRuleSchema.safeParse(Object.fromEntries(known)).data;
  const wild = [stated.source, stated.workflow].some((text) => text?.includes('*') === true);
  if (rule === undefined || wild) return [];
  const times = signings.map(({ at }) => at);
  return [
    {
      rule,
      signatures: signings.length,
      firstAt: Math.min(...times),
      lastAt: Math.max(...times),
      caution: cautionOf(triggers, stated.runner),
    },
  ];
}

function cautionOf(triggers: readonly string[], runner: string | undefined): string | undefined {
  if (triggers.includes('pull_request_target'))
    return 'pull_request_target runs with the rights of the repository on what a stranger proposes.';
  return runner === 'self-hosted'
    ? 'A self-hosted machine keeps what an earlier build left on it.'
    : undefined;
}
