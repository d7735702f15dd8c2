/** Names that begin alike: the repositories and workflows of an owner. The statement is prisma/sql/monitor-find-names.sql. */
import * as z from 'zod';
import type { Dependencies } from '../dependencies.ts';

const row = z.object({
  value: z.string(),
  kind: z.string(),
  entries: z.coerce.number(),
  last_seen_at: z.date(),
});

export interface FoundName {
  readonly value: string;
  readonly kind: string;
  readonly entries: number;
  readonly lastSeenAt: Date;
}

export interface FoundNames {
  readonly names: readonly FoundName[];
  /** The last name of this page when there are more. */
  readonly next: string | undefined;
}

export async function findNames(
  { sql, statement }: Pick<Dependencies, 'sql' | 'statement'>,
  { prefix, after = '', limit }: { prefix: string; after?: string | undefined; limit: number },
): Promise<FoundNames> {
  const literal = prefix.replace(/[\\%_]/g, '\\$&');
  const rows = await sql.unsafe(statement('monitor-find-names'), [literal, after, limit + 1]);
  const read = rows.map((found) => {
    const { last_seen_at: lastSeenAt, ...name } = row.parse({ ...found });
    return { ...name, lastSeenAt };
  });
  const names = read.slice(0, limit);
  return { names, next: read.length > limit ? names.at(-1)?.value : undefined };
}
