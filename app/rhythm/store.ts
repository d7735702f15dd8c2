/** The rhythm of an identity out of what the monitor verified; the statement is prisma/sql/find-rhythm.sql. */
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { firstDayOf, rhythmOf, type Rhythm } from './rhythm.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const place = { log: z.string(), index: z.int() };
const answer = z.tuple([
  z.object({
    marks: z.array(z.object({ ...place, hour: instant, signatures: z.int() })),
    firsts: z.array(z.object({ ...place, at: instant, issuer: z.string(), source: z.string() })),
  }),
]);

const rowsRead = 2000;

export async function findRhythm(
  { sql, statement, now }: Pick<Dependencies, 'sql' | 'statement' | 'now'>,
  identity: string,
): Promise<Rhythm> {
  const at = now();
  const from = firstDayOf(at).toISOString();
  const rows = await sql.unsafe(statement('find-rhythm'), [identity, from, rowsRead], { prepare: true });
  const [{ marks, firsts }] = answer.parse(rows.map((row) => ({ ...row })));
  return rhythmOf(
    marks.map(({ log, index, ...mark }) => ({ ...mark, entry: { log, index } })),
    firsts.map(({ log, index, issuer, source, at: signed }) => ({
      at: signed,
      entry: { log, index },
      source: source === '' ? issuer : source,
    })),
    at,
  );
}
