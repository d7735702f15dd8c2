/**
 * How many alerts an hour go out as mails of their own. Past that they are told in one mail at the end of the hour: every
 * alert is still a record of its own, and no count is hidden. Anyone can put forged names into a log, by the thousand;
 * those have a budget apart, so that a flood of them cannot hide a genuine signature.
 */
import type { Trust } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const countRecent = namedSql('alert-count-recent');

export const mailsAnHour = { genuine: 200, other: 20 } as const;
type Purse = keyof typeof mailsAnHour;

/** The hour a summary is about; it goes out at its end. */
export interface SummaryDue {
  readonly watchId: string;
  readonly from: string;
  readonly until: string;
}

/** The summary of this hour, whenever in it one asks. */
export function summaryOf(watchId: string, now: number): SummaryDue {
  const hour = 3_600_000;
  const from = Math.floor(now / hour) * hour;
  return { watchId, from: new Date(from).toISOString(), until: new Date(from + hour).toISOString() };
}

export class MailBudget {
  private readonly spent = new Map<string, number>();

  /** What is left before these watches are told anything new. */
  static async before(transaction: Transaction, alerts: readonly { watchId: string }[]): Promise<MailBudget> {
    const budget = new MailBudget();
    const watches = [...new Set(alerts.map(({ watchId }) => watchId))];
    const rows = await transaction.unsafe<{ watch_id: string; genuine: boolean; recent: number }[]>(
      countRecent,
      [watches],
    );
    for (const row of rows) budget.add(row.watch_id, row.genuine ? 'genuine' : 'other', row.recent);
    return budget;
  }

  /** Counts one mail. False when what it would tell is better left to the summary. */
  spend(watchId: string, trust: Trust): boolean {
    const purse = purseOf(trust);
    return this.add(watchId, purse, 1) <= mailsAnHour[purse];
  }

  private add(watchId: string, purse: Purse, count: number): number {
    const key = `${watchId} ${purse}`;
    const total = (this.spent.get(key) ?? 0) + count;
    this.spent.set(key, total);
    return total;
  }
}

function purseOf(trust: Trust): Purse {
  return trust === 'trusted' || trust === 'none' ? 'genuine' : 'other';
}
