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

export class MailBudget {
  private readonly spent = new Map<string, number>();
  private readonly now: number;

  private constructor(now: number) {
    this.now = now;
  }

  /** What is left when these alerts, already stored, are taken out again. */
  static async after(
    transaction: Transaction,
    alerts: readonly { watchId: string; facts: { trust: Trust } }[],
  ): Promise<MailBudget> {
    const budget = new MailBudget(Date.now());
    const watches = [...new Set(alerts.map(({ watchId }) => watchId))];
    const rows = await transaction.unsafe<{ watch_id: string; genuine: boolean; recent: number }[]>(
      countRecent,
      [watches],
    );
    for (const row of rows) budget.add(row.watch_id, row.genuine ? 'genuine' : 'other', row.recent);
    for (const { watchId, facts } of alerts) budget.add(watchId, purseOf(facts.trust), -1);
    return budget;
  }

  /** Counts one alert. Undefined when it goes out on its own, else the summary that will tell of it. */
  spend(watchId: string, trust: Trust): SummaryDue | undefined {
    const purse = purseOf(trust);
    if (this.add(watchId, purse, 1) <= mailsAnHour[purse]) return undefined;
    const hour = 3_600_000;
    const from = Math.floor(this.now / hour) * hour;
    return { watchId, from: new Date(from).toISOString(), until: new Date(from + hour).toISOString() };
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
