/**
 * How long a search takes at five million entries: by exact name, name and issuer, name and time, forgeries of a
 * name, the hours of a name, digest, and names that begin with an owner. Half of the questions are about names that sign all day, half about any. One at a time, the page and the exact
 * total, as the API asks. `--entries N`, `--questions N`, `--keep FOLDER`: its entries are
 * made once and asked again the next time.
 */
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { findSignings, type Search } from '#app/signings/store.ts';
import { findRhythm } from '#app/rhythm/store.ts';
import { openSql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { repositories, repositoryOf, seededRandom } from './follow/population.ts';
import { BenchPlace, hardware, loadAverage } from './parts/place.ts';
import { isSeeded, seedEntries, seenFrom } from './search/seed.ts';

const { values: given } = parseArgs({
  options: {
    entries: { type: 'string', default: '5000000' },
    questions: { type: 'string', default: '2000' },
    keep: { type: 'string' },
  },
});
const entries = Number(given.entries);
const findNames = namedSql('monitor-find-names');
const random = seededRandom(7);
const rankOf = (): number =>
  random() < 0.5
    ? Math.floor(random() * repositories)
    : Math.min(Math.floor(Math.exp(random() * Math.log(repositories + 1)) - 1), repositories - 1);
const repository = (): string => `github.com/${repositoryOf(rankOf())}`;
const workflow = (): string => `https://${repository()}/.github/workflows/release.yml@refs/heads/main`;

const place = await BenchPlace.open('search', given.keep);
const sql = openSql(place.postgres.url, { max: 1, name: 'bench-search' });
const find = (search: Omit<Search, 'limit'>) =>
  findSignings({ sql, statement: namedSql }, { ...search, limit: 50 });
const questions: Record<string, () => Promise<{ empty: boolean }>> = {
  identity: async () => ({
    empty: (await find({ identity: random() < 0.5 ? repository() : workflow() })).total === 0,
  }),
  issuer: async () => {
    await find({ identity: repository(), issuer: 'https://gitlab.example' });
    return { empty: false };
  },
  since: async () => {
    // Somewhere within the hours in which all was seen.
    const since = new Date(seenFrom + random() * ((entries / 4096) * 1000));
    await find({ identity: repository(), since });
    return { empty: false };
  },
  rhythm: async () => {
    const now = () => new Date(seenFrom + 86_400_000);
    await findRhythm({ sql, statement: namedSql, now }, repository());
    return { empty: false };
  },
  forgeries: async () => {
    await find({ identity: repository(), standing: 'forgery' });
    return { empty: false };
  },
  digest: async () => {
    const file = Math.floor(random() * entries);
    return {
      empty:
        (await find({ digest: createHash('sha256').update(`file${file}`).digest('hex') })).total === 0 &&
        file % 5000 !== 0,
    };
  },
  prefix: async () => ({
    empty: (await sql.unsafe(findNames, [`github.com/acme${rankOf() % 1500}/`, '', 50])).length === 0,
  }),
};

try {
  const seeding = performance.now();
  if (!(await isSeeded(place.sql))) await seedEntries(place.sql, entries);
  process.stderr.write(`seeded in ${Math.round((performance.now() - seeding) / 1000)} s\n`);
  const before = loadAverage();
  const times: Record<string, number[]> = {};
  let errors = 0;
  const cpuMs: Record<string, number> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const cpuBefore = place.databaseCpuSeconds();
    for (let at = 0; at < Number(given.questions); at++) {
      const asked = performance.now();
      const { empty } = await ask();
      (times[name] ??= []).push(performance.now() - asked);
      // Seldom names may not have signed at all; a digest always has.
      if (empty && name === 'digest') errors++;
    }
    cpuMs[name] = ((place.databaseCpuSeconds() - cpuBefore) * 1000) / Number(given.questions);
  }
  const share = (all: readonly number[], part: number): number =>
    Number((all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * part)] ?? NaN).toFixed(2));
  const [sizes] = await place.sql`
    SELECT pg_size_pretty(pg_total_relation_size('monitor_entry')) AS entries, pg_size_pretty(pg_total_relation_size('monitor_identity')) AS identities,
           pg_size_pretty(pg_total_relation_size('monitor_name')) AS names, pg_size_pretty(pg_total_relation_size('monitor_hour')) AS hours`;
  process.stdout.write(
    `${JSON.stringify({
      bench: 'search',
      hardware,
      settings: {
        questions: Number(given.questions),
        page: 50,
        sizes,
        loadAverage: `${before} -> ${loadAverage()}`,
      },
      figures: {
        p99Ms: Math.max(...Object.values(times).map((all) => share(all, 0.99))),
        entries,
        ...Object.fromEntries(
          Object.entries(times).map(([name, all]) => [
            name,
            {
              p50Ms: share(all, 0.5),
              p99Ms: share(all, 0.99),
              databaseCpuMs: Number((cpuMs[name] ?? 0).toFixed(2)),
            },
          ]),
        ),
      },
      errors,
    })}\n`,
  );
} finally {
  await sql.end({ timeout: 1 });
  await place.close();
}
