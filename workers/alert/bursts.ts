/**
 * Rule 8 counts: the first few of many at once pass for routine, and each is an event of its own. As soon as the burst is
 * known they are part of it: one row of the inbox, and one message of whatever was not told yet.
 */
import type { Reason } from '#lib/rules/verdict.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const joinBurst = namedSql('alert-join-burst');

/** They say that there is a signature and nothing odd about it; whatever is odd is told by itself. */
const routine = ['watched-identity', 'first-signature', 'owner-rule'];
/** From the third within minutes on, one waits so long to be told: more may follow, and then they are a burst. */
const patienceMs = 5_000;
const toldAtOnce = 2;

interface Judged {
  readonly id: string;
  readonly reasons: readonly Reason[];
}

const isBurst = ({ reasons: [lead] }: Pick<Judged, 'reasons'>): boolean => lead?.rule === 'burst';

export async function joinBursts(transaction: Transaction, alerts: readonly Judged[]): Promise<void> {
  const bursts = alerts.filter(isBurst).map(({ id }) => id);
  if (bursts.length > 0) await transaction.unsafe(joinBurst, [bursts, routine]);
}

interface Routine extends Judged {
  readonly facts: { readonly usual: { readonly recent: number } | null };
}

/** When to tell what is due: the first two of a name at once, as is whatever is odd. */
export function patiently(alerts: readonly Routine[], due: Date, now: number): Date {
  const mayBecomeMany = alerts.every(
    ({ reasons, facts }) =>
      reasons.every(({ rule }) => rule === 'watched-identity') && (facts.usual?.recent ?? 0) > toldAtOnce,
  );
  return mayBecomeMany ? new Date(Math.max(due.getTime(), now + patienceMs)) : due;
}
