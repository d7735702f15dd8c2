/** How a watched name stands in certificates, to show it by: it is kept as it is compared. */
import { z } from 'zod';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const findSpellings = namedSql('find-spellings');
const row = z.object({ value: z.string(), exact: z.string() });

/** The spelling most signatures have; the name itself where none has it. */
export async function usualSpellings(
  transaction: Transaction,
  names: readonly string[],
): Promise<(name: string) => string> {
  const rows = z.array(row).parse([...(await transaction.unsafe(findSpellings, [[...new Set(names)]]))]);
  // The most frequent comes first and is to stay.
  const spelt = new Map(rows.reverse().map(({ value, exact }) => [value, exact]));
  return (name) => spelt.get(name) ?? name;
}
