/** How the logs stood over the last hours or days: what the charts draw, bounded however much there is. */
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

type Reads = Pick<Dependencies, 'sql'>;

export interface LogMoment {
  readonly log: string;
  readonly at: Date;
  readonly knownSize: bigint;
  readonly verifiedSize: number;
  /** Seconds; null while no checkpoint was verified. */
  readonly checkpointAge: number | null;
}

export interface History {
  readonly hours: number;
  readonly from: Date;
  readonly to: Date;
  readonly moments: readonly LogMoment[];
  /** How far each log was read when the span began; for one that is younger, where its reading began. */
  readonly bases: ReadonlyMap<string, number>;
}

/** Points of one chart: more would fall onto the same pixel. */
const points = 120;

const moment = z.object({
  log: z.string(),
  at: z.date(),
  known: z.bigint(),
  verified: z.number(),
  age: z.number().nullable(),
});

/** The last sample of each of `points` stretches of time, for every log. */
export async function readHistory({ sql }: Reads, now: Date, hours: number): Promise<History> {
  const from = new Date(now.getTime() - hours * 3_600_000);
  const seconds = Math.max(300, Math.round((hours * 3600) / points));
  const rows = await sql`
    SELECT DISTINCT ON (log_id, bin) log_id AS log, at, known_size AS known, verified_size::float8 AS verified,
      extract(epoch FROM greatest(coalesce(polled_at, at) - checkpoint_at, interval '0'))::float8 AS age
    FROM (SELECT *, date_bin(make_interval(secs => ${seconds}), at, 'epoch') AS bin FROM monitor_sample
          WHERE at >= ${from} AND at <= ${now}) s
    ORDER BY log_id, bin, at DESC`;
  const moments = rows.map((row) => {
    const { known, verified, age, ...rest } = moment.parse({ ...row });
    return { ...rest, knownSize: known, verifiedSize: verified, checkpointAge: age };
  });
  const bases = await readBases({ sql }, from);
  return { hours, from, to: now, moments: moments.sort((a, b) => a.at.getTime() - b.at.getTime()), bases };
}

async function readBases({ sql }: Reads, from: Date): Promise<Map<string, number>> {
  const rows = await sql<{ id: string; base: number }[]>`
    SELECT log.id, coalesce((SELECT verified_size FROM monitor_sample
      WHERE log_id = log.id AND at < ${from} ORDER BY at DESC LIMIT 1), log.start_size)::float8 AS base
    FROM monitor_log log`;
  return new Map(rows.map(({ id, base }) => [id, base]));
}

/** Entries verified within the span. */
export function growthOf({ bases }: Pick<History, 'bases'>, moments: readonly LogMoment[]): number {
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return Math.max(0, last.verifiedSize - (bases.get(first.log) ?? first.verifiedSize));
}

export interface Canary {
  readonly askedAt: Date;
  /** From the log's answer to the moment a watcher would have been told; null when that never came. */
  readonly seconds: number | null;
}

const canary = z.object({ asked: z.date(), seconds: z.number().nullable() });

/** Our own signatures: how soon the monitor saw each. */
export async function readCanaries({ sql }: Reads, now: Date, hours: number): Promise<Canary[]> {
  const from = new Date(now.getTime() - hours * 3_600_000);
  const rows = await sql`
    SELECT asked_at AS asked, extract(epoch FROM seen_at - coalesce(acknowledged_at, asked_at))::float8 AS seconds
    FROM monitor_canary
    WHERE asked_at >= ${from} AND (seen_at IS NOT NULL OR asked_at < ${new Date(now.getTime() - 60_000)})
    ORDER BY asked_at DESC LIMIT 2000`;
  return rows
    .map((row) => canary.parse({ ...row }))
    .map(({ asked, seconds }) => ({
      askedAt: asked,
      seconds: seconds === null ? null : Math.max(0, seconds),
    }))
    .reverse();
}
