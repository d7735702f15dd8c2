/**
 * Facts in, verdict out, with the reasons in words. Every rule that applies gives a reason; the gravest one decides. The
 * owner's rules will be asked between the facts and the built-in ones; contradictions pass through every one of them.
 */
import { z } from 'zod';
import type { Facts } from './facts.ts';

/** From quiet to grave. */
export const verdicts = ['expected', 'notable', 'unexpected', 'contradiction'] as const;
export type Verdict = (typeof verdicts)[number];

export const reasonsSchema = z.array(z.object({ rule: z.string(), words: z.string() }));
export type Reason = z.infer<typeof reasonsSchema>[number];

export interface Evaluation {
  readonly verdict: Verdict;
  /** Gravest first; never empty. */
  readonly reasons: readonly Reason[];
}

interface Rule {
  readonly name: string;
  readonly verdict: Verdict;
  applies(facts: Facts): boolean;
  words(facts: Facts): string;
}

const rules: readonly Rule[] = [
  {
    name: 'untrusted-certificate',
    verdict: 'contradiction',
    applies: ({ trust }) => trust === 'untrusted',
    words: () =>
      'Its certificate was not issued by an authority we trust. Anyone could have written this name in it, so this is an attempt to look like you rather than a signature by you.',
  },
  {
    name: 'unreadable-entry',
    verdict: 'unexpected',
    applies: ({ trust }) => trust === 'unparsable',
    words: () => 'The entry does not read as any known form, but this name stands in its bytes.',
  },
  {
    name: 'certificate-not-used',
    verdict: 'unexpected',
    applies: ({ event }) => event === 'issuance',
    words: () =>
      'A certificate was issued in this name, and no signature made with it is in the logs we follow.',
  },
  {
    name: 'first-signature',
    verdict: 'unexpected',
    applies: (facts) => isSignature(facts) && facts.firstForIdentity,
    words: () => 'This is the first signature in this name that we have seen.',
  },
  {
    name: 'first-issuer',
    verdict: 'unexpected',
    applies: (facts) => isSignature(facts) && !facts.firstForIdentity && facts.firstForIssuer,
    words: () => 'Earlier signatures in this name were vouched for by another login provider.',
  },
  {
    name: 'first-repository',
    verdict: 'unexpected',
    applies: (facts) =>
      isSignature(facts) &&
      facts.source !== null &&
      !facts.firstForIdentity &&
      !facts.firstForIssuer &&
      facts.firstForSource,
    words: () => 'This is the first signature in this name from this repository.',
  },
  {
    name: 'bare-key',
    verdict: 'notable',
    applies: ({ trust }) => trust === 'none',
    words: () => 'It was signed with this key directly, without a certificate.',
  },
];

const otherwise: Reason = {
  rule: 'watched-identity',
  words: 'You watch this name, and this signature looks like earlier ones.',
};

export function evaluate(facts: Facts): Evaluation {
  const hits = rules
    .filter((rule) => rule.applies(facts))
    .sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict));
  const [gravest] = hits;
  if (gravest === undefined) return { verdict: 'notable', reasons: [otherwise] };
  return {
    verdict: gravest.verdict,
    reasons: hits.map((rule) => ({ rule: rule.name, words: rule.words(facts) })),
  };
}

/** Only of a genuine signature can it be said that it was the first. */
function isSignature({ event, trust }: Facts): boolean {
  return event === 'signature' && trust !== 'untrusted' && trust !== 'unparsable';
}
