/** All that one mail counted, page by page: nothing is told of as a number that cannot be looked at one by one. */
import { z } from 'zod';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import { reasonsSchema, type Reason } from '#lib/rules/verdict.ts';
import type { Dependencies } from '../dependencies.ts';

export interface Told {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly ToldRow[];
}

export interface ToldRow {
  readonly id: string;
  readonly verdict: string;
  readonly reasons: readonly Reason[];
  /** Undefined when an older version wrote them in a form we no longer read. */
  readonly facts?: Facts | undefined;
  readonly logId: string;
  readonly index: string;
  readonly happenedAt: Date;
}

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

const rowsAPage = 200;

const row = z.object({
  id: z.string(),
  verdict: z.string(),
  reasons: reasonsSchema.catch([]),
  facts: factsSchema.optional().catch(undefined),
  logId: z.string(),
  index: z.string(),
  happenedAt: z.date(),
  total: z.int(),
});

export const pageOf = (asked: string | string[] | undefined): number =>
  typeof asked === 'string' && /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 1;

export function toldOfEvent(
  deps: Reads,
  { id, watches }: { readonly id: string; readonly watches: readonly string[] },
  page: number,
): Promise<Told> {
  return read(deps.sql, deps.statement('alert-of-event'), [id, [...watches]], page);
}

/** `until` ends the hour. */
export function toldOfHour(deps: Reads, watchId: string, until: Date, page: number): Promise<Told> {
  const from = new Date(until.getTime() - 3_600_000);
  return read(
    deps.sql,
    deps.statement('alert-of-hour'),
    [watchId, from.toISOString(), until.toISOString()],
    page,
  );
}

async function read(
  sql: Reads['sql'],
  statement: string,
  given: readonly (string | string[])[],
  page: number,
): Promise<Told> {
  const passed = String((page - 1) * rowsAPage);
  const found = await sql.unsafe(statement, [...given, passed, String(rowsAPage)]);
  const rows = z.array(row).parse([...found]);
  const total = rows[0]?.total ?? 0;
  return { total, page, pages: Math.max(1, Math.ceil(total / rowsAPage)), rows };
}
