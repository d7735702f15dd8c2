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
export function groupKey({ issuer, source, lookAlike }: Facts, { reasons }: Evaluation): string | undefined {
  const rule = reasons[0]?.rule;
  if (rule === undefined || alone.has(rule)) return undefined;
  return JSON.stringify([rule, issuer, source, lookAlike]);
}

const alone: ReadonlySet<string> = new Set(['watched-identity', 'untrusted-certificate', 'unreadable-entry']);
