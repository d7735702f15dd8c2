/** A rule that everybody has. Pure: facts in, yes or no, and the reason in words. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { Facts, Usual } from '../facts.ts';
import type { Verdict } from '../verdict.ts';

/** What a rule looks at. A rule of the owner hides it only where that rule says something of the same. */
export type Aspect =
  'name' | 'issuer' | 'source' | 'workflow' | 'ref' | 'trigger' | 'runner' | 'never-hidden';

export interface BuiltInRule {
  readonly name: string;
  readonly verdict: Verdict;
  /** Where that is not as grave as it may be. */
  verdictOf?(facts: Facts): Verdict;
  readonly about: Aspect;
  applies(facts: Facts): boolean;
  words(facts: Facts): string;
}

/** Only of a genuine signature can it be said that it was the first. */
export function isSignature({ event, trust, lookAlike }: Facts): boolean {
  return event === 'signature' && trust !== 'untrusted' && trust !== 'unparsable' && lookAlike === null;
}

/** Fewer earlier signatures than this from a repository are no habit; what differs from them is said all the same. */
export const habit = 3;

export function hasHabit({ usual }: Facts): boolean {
  return usual !== null && usual.fromSource >= habit;
}

/** A genuine signature, from a repository that signed before, whose `value` none of the earlier ones had. */
export function departs(
  facts: Facts,
  list: (usual: Usual) => readonly string[],
  value: string | undefined,
): boolean {
  const { usual } = facts;
  if (!isSignature(facts) || usual === null || value === undefined) return false;
  const known = list(usual);
  return known.length > 0 && !known.includes(value);
}

/** What departs from one or two signatures may be how the third is always made. */
export const notableUntilHabit = (facts: Facts): Verdict => (hasHabit(facts) ? 'unexpected' : 'notable');

/** ` Usual are a and b.` */
export function comparedWith(facts: Facts, list: (usual: Usual) => readonly string[]): string {
  const known = facts.usual === null ? [] : list(facts.usual);
  if (known.length === 0) return '';
  if (hasHabit(facts)) return ` Usual are ${some(known)}.`;
  return facts.usual?.fromSource === 1
    ? ` The only earlier signature: ${some(known)}.`
    : ` The only earlier signatures: ${some(known)}.`;
}

/** A stranger's words within ours. */
export const said = (text: string | undefined | null): string => visibleText(text ?? 'nothing', 160);

/** `a, b and 3 more` */
export function some(values: readonly string[]): string {
  const shown = values.slice(0, 3).map(said).join(', ');
  return values.length > 3 ? `${shown} and ${values.length - 3} more` : shown;
}
