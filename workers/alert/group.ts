/**
 * Alerts that are one event: for the same reason, from the same place, with less than an hour between them. They are told
 * of in one mail, that says how many; each is still a record of its own.
 */
import type { Evaluation } from '#lib/rules/evaluate.ts';
import type { Facts } from '#lib/rules/facts.ts';

export const groupGapMs = 3_600_000;

/**
 * Undefined for what stands alone: a signature like any other, and a forgery, of which anyone can make any number (their
 * mails have a budget, budget.ts).
 */
export function groupKey(
  { issuer, source, lookAlike, signer, claims }: Facts,
  { reasons }: Evaluation,
): string | undefined {
  const rules = reasons.map(({ rule }) => rule);
  if (standsAlone({ reasons })) return undefined;
  return JSON.stringify([
    // Whoever makes many signatures must not mute what else is odd about one of them.
    rules,
    // Each other repository of the name is an event of its own.
    ...(rules.some((rule) => ofAnother.has(rule))
      ? [[claims['sourceRepositoryIdentifier'], claims['sourceRepositoryOwnerIdentifier']]]
      : []),
    issuer,
    source,
    lookAlike,
    ...(signer === null ? [] : [signer]),
  ]);
}

/** Whether each such signature is told by itself. */
export function standsAlone({ reasons }: Pick<Evaluation, 'reasons'>): boolean {
  return reasons.some(({ rule }) => alone.has(rule));
}

const ofAnother: ReadonlySet<string> = new Set(['repository-id-changed', 'repository-not-proven']);
const alone: ReadonlySet<string> = new Set(['watched-identity', 'untrusted-certificate', 'unreadable-entry']);
