/**
 * The last ninety days of each watch, as its dashboard draws them: for one name what the monitor counted of it, as its
 * page has it, for what takes in many names the signatures it took in itself.
 */
import type { Dependencies } from '../dependencies.ts';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import { rhythmDays, rhythmOf, type Rhythm } from '../rhythm/rhythm.ts';
import { departuresIn } from '../rhythm/departures.ts';
import { findBuilds } from '../signings/builds.ts';
import { countHours, rhythmsOf } from '../rhythm/store.ts';
import type { ListedWatch } from './store.ts';

type Reads = Pick<Dependencies, 'sql' | 'statement' | 'now'>;

/** A page must not wait for a thousand. */
const mostDrawn = 50;
const ofOneName: ReadonlySet<string> = new Set([
  'email',
  'uri',
  'username',
  'repository',
  'key',
  'package',
  'pgp-key',
  'pgp-user',
]);

export async function rhythmsOfWatches(
  deps: Reads,
  watches: readonly ListedWatch[],
  zone: string | undefined,
): Promise<ReadonlyMap<string, Rhythm>> {
  const drawn = watches.slice(0, mostDrawn);
  const [named, wide] = [
    drawn.filter(({ kind }) => ofOneName.has(kind)),
    drawn.filter(({ kind }) => !ofOneName.has(kind)),
  ];
  const hidden = await unlistedAmong(
    deps,
    named.map(({ value }) => value),
  );
  const listed = named.filter(({ value }) => !hidden.has(value));
  const [ofNames, ofMany] = await Promise.all([
    Promise.all(
      listed.map(async ({ id, value }) => {
        const [counted, builds] = await Promise.all([countHours(deps, value), findBuilds(deps, value)]);
        const { own } = rhythmsOf(counted, departuresIn(builds), zone);
        return [id, own] as const;
      }),
    ),
    takenIn(
      deps,
      wide.map(({ id }) => id),
      zone,
    ),
  ]);
  return new Map([...ofNames, ...ofMany]);
}

async function takenIn(
  { sql, now }: Reads,
  ids: readonly string[],
  zone: string | undefined,
): Promise<Map<string, Rhythm>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: string; hour: Date; signatures: number; log: string; index: number }[]>`
    SELECT watch_id AS id, date_trunc('hour', happened_at, 'UTC') AS hour, count(*)::int AS signatures,
      (array_agg(log_id ORDER BY happened_at DESC))[1] AS log, max(entry_index)::float8 AS index
    FROM alert_alert
    WHERE watch_id = ANY(${ids as string[]}::uuid[]) AND happened_at >= now() - make_interval(days => ${rhythmDays + 1})
    GROUP BY 1, 2`;
  return new Map(
    ids.map((id) => {
      const hours = rows
        .filter((row) => row.id === id)
        .map(({ hour, signatures, log, index }) => ({ hour, signatures, entry: { log, index } }));
      return [id, rhythmOf(hours, [], now(), zone)];
    }),
  );
}
