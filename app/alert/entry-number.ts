/**
 * "This was me" said of a contradiction by a mailed link closes what passes through every mute, so it wants more than a press: a
 * program that checks mail may press every button of a page, and types nothing. Whoever is signed in is asked nothing.
 */
import type { Alert } from './store.ts';

export function asksNumber({ verdict, facts }: Alert): boolean {
  return verdict === 'contradiction' && facts?.event !== 'announcement';
}

/** The number alone, or as the mail has it, after the log. */
export function isItsNumber({ logId, index }: Alert, typed: string): boolean {
  const text = typed.trim();
  return text === String(index) || text === `${logId}/${index}`;
}
