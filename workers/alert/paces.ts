/** How each watch wants to be told, read with the alerts of a batch. */
import type { Pace } from '#lib/rules/pace.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const readPace = namedSql('alert-paces');

const restless: Pace = { notable: 'at-once', digest: true, quiet: undefined };

export class Paces {
  private readonly byWatch: ReadonlyMap<string, Pace>;

  private constructor(byWatch: ReadonlyMap<string, Pace>) {
    this.byWatch = byWatch;
  }

  static async of(transaction: Transaction, alerts: readonly { watchId: string }[]): Promise<Paces> {
    const rows = await transaction.unsafe<Row[]>(readPace, [
      [...new Set(alerts.map(({ watchId }) => watchId))],
    ]);
    return new Paces(new Map(rows.map((row) => [row.id, paceOf(row)])));
  }

  for(watchId: string): Pace {
    return this.byWatch.get(watchId) ?? restless;
  }
}

interface Row {
  readonly id: string;
  readonly notable: string;
  readonly digest: boolean;
  readonly has_rules: boolean;
  readonly quiet_from: number | null;
  readonly quiet_until: number | null;
  readonly quiet_zone: string;
}

function paceOf({
  notable,
  digest,
  has_rules: hasRules,
  quiet_from: from,
  quiet_until: until,
  quiet_zone: zone,
}: Row): Pace {
  // Whoever has not said what is usual is told of everything as it comes.
  const hourly = notable === 'hourly' || (notable === 'auto' && hasRules);
  const quiet = from === null || until === null ? undefined : { from, until, zone };
  return { notable: hourly ? 'hourly' : 'at-once', digest, quiet };
}
