/** What stands around a name: where it signed from, and which names look like it. */
import { z } from 'zod';
import { lookAlikes } from '#lib/identity/look-alike.ts';
import type { Identity } from '#lib/identity/normalise.ts';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import type { Dependencies } from '../dependencies.ts';
import type { CountedPlace } from './facets.ts';

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

const places = z.array(
  z.object({ log: z.string(), issuer: z.string(), source: z.string(), entries: z.number() }),
);

export async function findPlaces({ sql, statement }: Reads, identity: string): Promise<CountedPlace[]> {
  const rows = await sql.unsafe(statement('find-facets'), [identity], { prepare: true });
  return places.parse(rows.map((row) => ({ ...row })));
}

const alike = z.array(z.object({ value: z.string(), entries: z.number(), latest: z.date() }));
export type LookAlike = z.infer<typeof alike>[number];

export async function findLookAlikes(deps: Reads, identity: Identity): Promise<LookAlike[]> {
  const names = lookAlikes(identity);
  // Passed as lines: a text with lines of its own is no name that anybody could take for another.
  if (names.length === 0 || identity.value.includes('\n')) return [];
  const rows = await deps.sql.unsafe(deps.statement('find-look-alikes'), [names.join('\n')], {
    prepare: true,
  });
  const found = alike.parse(rows.map((row) => ({ ...row })));
  const hidden = await unlistedAmong(
    deps,
    found.map(({ value }) => value),
  );
  return found.filter(({ value }) => !hidden.has(value));
}
