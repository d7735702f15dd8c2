/** What a rule would have done to the alerts there were: asked before it is accepted. */
import { evaluate } from './evaluate.ts';
import type { Facts } from './facts.ts';
import type { OwnerRule } from './owner-rule.ts';
import type { Verdict } from './verdict.ts';

export interface DryRun {
  readonly looked: number;
  /** Told then, quiet with the rule. */
  readonly hidden: number;
  /** The rule is about them, yet they would be told of still. */
  readonly kept: number;
}

export function dryRun(
  rule: OwnerRule,
  past: readonly { readonly facts: Facts; readonly verdict: Verdict }[],
): DryRun {
  const asked = [{ id: '', rule, expiresAt: Infinity }];
  const fits = past
    .filter(({ verdict }) => verdict !== 'expected')
    .map(({ facts }) => evaluate(facts, asked))
    .filter(({ ruleId }) => ruleId !== undefined);
  const hidden = fits.filter(({ verdict }) => verdict === 'expected').length;
  return { looked: past.length, hidden, kept: fits.length - hidden };
}
