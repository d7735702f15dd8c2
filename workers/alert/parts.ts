/** What an alert of several has several of, in a word. */
import type { Facts } from '#lib/rules/facts.ts';

export function partsIn({ event, trust }: Pick<Facts, 'event' | 'trust'>): string {
  if (event === 'announcement') return 'announcements';
  if (trust === 'unparsable') return 'entries';
  return event === 'issuance' ? 'certificates' : 'signatures';
}
