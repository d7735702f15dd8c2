/** The rhythm of an identity out of what the monitor verified; the statement is prisma/sql/find-rhythm.sql. */
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { findBuilds } from '../signings/builds.ts';
import { departuresIn } from './departures.ts';
import { firstDayOf, rhythmOf, type FirstSigning, type Rhythm, type SeenHour } from './rhythm.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const place = { log: z.string(), index: z.int() };
const answer = z.tuple([
  z.object({
    marks: z.array(z.object({ ...place, hour: instant, signatures: z.int() })),
    firsts: z.array(z.object({ ...place, at: instant, issuer: z.string(), source: z.string() })),
  }),
]);

const rowsRead = 2000;

const dayMs = 86_400_000;

/** What the monitor counted, before it is laid out by a clock. */
export interface Counted {
  readonly at: Date;
  readonly hours: readonly SeenHour[];
  readonly firsts: readonly FirstSigning[];
}

/** What is printed goes by UTC, what is read goes by the reader's clock. */
export interface Rhythms {
  readonly inUtc: Rhythm;
  readonly own: Rhythm;
}

type Reads = Pick<Dependencies, 'sql' | 'statement' | 'now'>;

export async function findRhythm(deps: Reads, identity: string): Promise<Rhythm> {
  const [counted, builds] = await Promise.all([countHours(deps, identity), findBuilds(deps, identity)]);
  return rhythmsOf(counted, departuresIn(builds), undefined).inUtc;
}

export async function countHours({ sql, statement, now }: Reads, identity: string): Promise<Counted> {
  const at = now();
  // The first day begins earlier by clocks east of Greenwich.
  const from = new Date(firstDayOf(at).getTime() - dayMs).toISOString();
  const rows = await sql.unsafe(statement('find-rhythm'), [identity, from, rowsRead], { prepare: true });
  const [{ marks, firsts }] = answer.parse(rows.map((row) => ({ ...row })));
  const hours = marks.map(({ log, index, ...mark }) => ({ ...mark, entry: { log, index } }));
  const known = firsts.map(({ log, index, issuer, source, at: signed }) => ({
    kind: 'source' as const,
    at: signed,
    entry: { log, index },
    name: source === '' ? issuer : source,
  }));
  return { at, hours, firsts: known };
}

/** `departures`: what was found in the signatures themselves. */
export function rhythmsOf(
  { at, hours, firsts }: Counted,
  departures: readonly FirstSigning[],
  zone: string | undefined,
): Rhythms {
  const all = [...firsts, ...departures];
  const inUtc = rhythmOf(hours, all, at);
  return { inUtc, own: zone === undefined ? inUtc : rhythmOf(hours, all, at, zone) };
}
