/** How a signature came about, compared with the others from its repository; and how many, and how long since the last. */
import { burstSpanMs, refKind, refOf, triggerOf, withoutRef, workflowOf } from '../history.ts';
import { departs, isSignature, said, some, type BuiltInRule } from './rule.ts';
import type { Facts } from '../facts.ts';

const dormantMs = 90 * 86_400_000;
const smallestBurst = 5;
const timesUsual = 4;

const signer = ({ claims }: Facts) => withoutRef(claims['buildSignerUri']);
const minutes = burstSpanMs / 60_000;

export const habitRules: readonly BuiltInRule[] = [
  {
    name: 'burst',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) =>
      isSignature(facts) &&
      facts.usual !== null &&
      facts.usual.recent > Math.max(smallestBurst, timesUsual * facts.usual.usualBurst),
    words: ({ usual }) =>
      `Many at once: ${usual?.recent ?? 0} signatures within ${minutes} minutes, where ${usual?.usualBurst ?? 0} are usual.`,
  },
  {
    name: 'new-workflow',
    verdict: 'unexpected',
    about: 'workflow',
    applies: (facts) => departs(facts, ({ workflows }) => workflows, workflowOf(facts.claims)),
    words: (facts) =>
      `A workflow that never signed before: ${said(workflowOf(facts.claims))}. Usual are ${some(facts.usual?.workflows ?? [])}.`,
  },
  {
    name: 'new-build-signer',
    verdict: 'unexpected',
    about: 'never-hidden',
    applies: (facts) =>
      !departs(facts, ({ workflows }) => workflows, workflowOf(facts.claims)) &&
      departs(facts, ({ signers }) => signers, signer(facts)),
    words: (facts) =>
      `The workflow signed through another one than before: ${said(signer(facts))}. Usual are ${some(facts.usual?.signers ?? [])}.`,
  },
  {
    name: 'new-kind-of-ref',
    verdict: 'unexpected',
    about: 'ref',
    applies: (facts) => departs(facts, ({ refKinds }) => refKinds, refKind(refOf(facts.claims))),
    words: (facts) =>
      `Built from a ${refKind(refOf(facts.claims)) ?? 'ref'} (${said(refOf(facts.claims))}), where earlier ones were built from a ${some(facts.usual?.refKinds ?? [])}.`,
  },
  {
    name: 'new-trigger',
    verdict: 'unexpected',
    about: 'trigger',
    applies: (facts) => departs(facts, ({ triggers }) => triggers, triggerOf(facts.claims)),
    words: (facts) =>
      `Started by ${said(triggerOf(facts.claims))}, which never started a signing build here before. Usual are ${some(facts.usual?.triggers ?? [])}.`,
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
      `It was signed with another kind of key than before: ${said(facts.keyType)}. Usual are ${some(facts.usual?.keyTypes ?? [])}.`,
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

function quietMs({ usual, certificate, seenAt }: Facts): number {
  if (usual === null || usual.lastAt === null) return 0;
  return Date.parse(certificate?.notBefore ?? seenAt) - Date.parse(usual.lastAt);
}
