/** The signatures before and after this one by the same name. */
import { z } from 'zod';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import type { Dependencies } from '../dependencies.ts';
import { identityPath, identityText, readIdentity } from '../find/question.ts';
import { signerOf, type Signing } from '../signings/signing.ts';
import { changesSince, type Change } from './changes.ts';
import { findEntry } from './store.ts';

export interface EntryRef {
  readonly log: string;
  readonly index: number;
}

export interface Neighbours {
  /** Whose signatures these are. */
  readonly name: string;
  readonly path: string | undefined;
  readonly before: (EntryRef & { readonly changes: readonly Change[] }) | undefined;
  readonly after: EntryRef | undefined;
}

const rows = z.array(z.object({ later: z.boolean(), log: z.string(), index: z.coerce.number() }));

/** Of the first name that is no repository: who, not where. Forged, unreadable and unlisted entries have no neighbours. */
export async function findNeighbours(
  deps: Pick<Dependencies, 'prisma' | 'sql' | 'statement'>,
  signing: Signing,
): Promise<Neighbours | undefined> {
  const { log, index, seenAt, identities, trust, kind } = signing;
  const who = signerOf(signing) ?? identities[0];
  if (who === undefined || ['untrusted', 'unparsable'].includes(trust) || kind.endsWith('certificate'))
    return undefined;
  if ((await unlistedAmong(deps, [who.value])).size > 0) return undefined;
  const found = await deps.sql.unsafe(deps.statement('find-neighbours'), [who.value, seenAt, log, index], {
    prepare: true,
  });
  const near = rows.parse(found.map((row) => ({ ...row })));
  const before = near.find(({ later }) => !later);
  const older = before && (await findEntry(deps, before.log, BigInt(before.index)));
  const text = who.kind === 'key' ? identityText({ kind: 'key', value: who.value }) : who.value;
  return {
    name: who.value,
    path: readIdentity(text) === undefined ? undefined : identityPath(text),
    before:
      before === undefined || older?.entry === undefined
        ? undefined
        : { log: before.log, index: before.index, changes: changesSince(older.entry.signing, signing) },
    after: near.find(({ later }) => later),
  };
}
