/** How a signature came about, compared with the others from its repository; and how many, and how long since the last. */
import { burstSpanMs, refKind, refOf, triggerOf, withoutRef, workflowOf } from '../history.ts';
import {
  comparedWith,
  departs,
  hasHabit,
  isSignature,
  notableUntilHabit,
  said,
  some,
  type BuiltInRule,
} from './rule.ts';
import { signedAt, type Facts, type Usual } from '../facts.ts';

const dormantMs = 90 * 86_400_000;
const smallestBurst = 5;
const timesUsual = 4;

const signer = ({ claims }: Facts) => withoutRef(claims['buildSignerUri']);
/** Started so, a build is no habit until it is one: the first few are not alike, even among themselves. */
const isOfStrangers = (facts: Facts): boolean =>
  isSignature(facts) &&
  triggerOf(facts.claims) === 'pull_request_target' &&
  !(hasHabit(facts) && facts.usual?.triggers.includes('pull_request_target') === true);
const minutes = burstSpanMs / 60_000;

const isMany = (count: number, usual: number): boolean => count > Math.max(smallestBurst, timesUsual * usual);
const isBurst = ({ recent, usualBurst }: Usual): boolean => isMany(recent, usualBurst);
const isBurstOfRun = ({ run }: Usual): boolean => run !== null && isMany(run.signatures, run.usual);

export const habitRules: readonly BuiltInRule[] = [
  {
    name: 'burst',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) =>
      isSignature(facts) && facts.usual !== null && (isBurst(facts.usual) || isBurstOfRun(facts.usual)),
    words: ({ usual }) =>
      usual !== null && !isBurst(usual)
        ? `Many at once: ${usual.run?.signatures ?? 0} signatures within one run of a build, where ${usual.run?.usual ?? 0} are usual.`
        : `Many at once: ${usual?.recent ?? 0} signatures within ${minutes} minutes, where ${usual?.usualBurst ?? 0} are usual.`,
  },
  {
    name: 'new-workflow',
    verdict: 'unexpected',
    verdictOf: notableUntilHabit,
    about: 'workflow',
    applies: (facts) => departs(facts, ({ workflows }) => workflows, workflowOf(facts.claims)),
    words: (facts) =>
      `A workflow that never signed before: ${said(workflowOf(facts.claims))}.${comparedWith(facts, ({ workflows }) => workflows)}`,
  },
  {
    name: 'new-build-signer',
    verdict: 'unexpected',
    verdictOf: notableUntilHabit,
    about: 'never-hidden',
    applies: (facts) =>
      !departs(facts, ({ workflows }) => workflows, workflowOf(facts.claims)) &&
      departs(facts, ({ signers }) => signers, signer(facts)),
    words: (facts) =>
      `The workflow signed through another one than before: ${said(signer(facts))}.${comparedWith(facts, ({ signers }) => signers)}`,
  },
  {
    name: 'new-kind-of-ref',
    verdict: 'unexpected',
    verdictOf: notableUntilHabit,
    about: 'ref',
    applies: (facts) => departs(facts, ({ refKinds }) => refKinds, refKind(refOf(facts.claims))),
    words: (facts) =>
      `Built from a ${refKind(refOf(facts.claims)) ?? 'ref'} (${said(refOf(facts.claims))}), where earlier ones were built from a ${some(facts.usual?.refKinds ?? [])}.`,
  },
  {
    name: 'new-trigger',
    verdict: 'unexpected',
    verdictOf: (facts) => (isOfStrangers(facts) ? 'unexpected' : notableUntilHabit(facts)),
    about: 'trigger',
    applies: (facts) =>
      departs(facts, ({ triggers }) => triggers, triggerOf(facts.claims)) || isOfStrangers(facts),
    words: (facts) =>
      isOfStrangers(facts)
        ? `Started by pull_request_target: such a build has the rights of the repository, and may run what a stranger proposed.${comparedWith(facts, ({ triggers }) => triggers)}`
        : `Started by ${said(triggerOf(facts.claims))}, which never started a signing build here before.${comparedWith(facts, ({ triggers }) => triggers)}`,
  },
  {
    name: 'runner-changed',
    verdict: 'notable',
    about: 'runner',
    applies: (facts) => departs(facts, ({ runners }) => runners, facts.claims['runnerEnvironment']),
    words: (facts) =>
      `It ran on a ${said(facts.claims['runnerEnvironment'])} machine, where earlier ones ran on ${some(facts.usual?.runners ?? [])}.`,
  },
  {
    name: 'new-key-type',
    verdict: 'notable',
    about: 'never-hidden',
    applies: (facts) => departs(facts, ({ keyTypes }) => keyTypes, facts.keyType ?? undefined),
    words: (facts) =>
      `It was signed with another kind of key than before: ${said(facts.keyType)}.${comparedWith(facts, ({ keyTypes }) => keyTypes)}`,
  },
  {
    name: 'dormant',
    verdict: 'notable',
    about: 'never-hidden',
    applies: (facts) => isSignature(facts) && quietMs(facts) > dormantMs,
    words: (facts) =>
      `The first signature in this name after ${Math.floor(quietMs(facts) / 86_400_000)} days without one.`,
  },
];

function quietMs(facts: Facts): number {
  const { usual } = facts;
  if (usual === null || usual.lastAt === null) return 0;
  return Date.parse(signedAt(facts)) - Date.parse(usual.lastAt);
}
