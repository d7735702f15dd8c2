/** What the team that watches proved of the repositories in a batch: their numbers, whatever the name did before. */
import type { Facts } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const readProven = namedSql('match-proven');

interface Row {
  readonly watch_id: string;
  readonly source: string;
  readonly repository_id: string | null;
  readonly owner_id: string | null;
}

export async function provenNumbers(
  transaction: Transaction,
  asked: readonly { readonly watchId: string; readonly source: string | undefined }[],
): Promise<(watchId: string, source: string | undefined) => Facts['proven']> {
  const built = asked.filter(({ source }) => source !== undefined);
  if (built.length === 0) return () => null;
  const rows = await transaction.unsafe<Row[]>(readProven, [
    built.map(({ watchId }) => watchId),
    built.map(({ source = '' }) => source),
  ]);
  const known = new Map(
    rows.map((row) => [
      `${row.watch_id} ${row.source}`,
      { repositoryId: row.repository_id, ownerId: row.owner_id },
    ]),
  );
  return (watchId, source) => known.get(`${watchId} ${source}`) ?? null;
}
