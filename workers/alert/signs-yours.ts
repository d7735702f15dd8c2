/** Whether what was signed in a name like the watched one is something that the watched name itself had signed. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const findSignsYours = namedSql('match-signs-yours');

interface Asked {
  /** The watched name. */
  readonly value: string;
  readonly entry: IndexedEntry;
  readonly lookAlike: string | undefined;
}

/** What a statement is about: whoever signs it names these. */
const subjects: ReadonlySet<string> = new Set(['package', 'artifact']);

/** Those of the matches, by their places, that put a like name to what is the watched one's. */
export async function signsYours(
  transaction: Transaction,
  matched: readonly Asked[],
): Promise<ReadonlySet<number>> {
  const questions = matched.flatMap(({ value, entry: { digest, identities }, lookAlike }, place) => {
    if (lookAlike === undefined) return [];
    const named = identities.flatMap(({ kind, value: subject }) => (subjects.has(kind) ? [subject] : []));
    return [
      ...(digest === undefined ? [] : [{ place, value, digest: toHex(digest), subject: '' }]),
      ...named.map((subject) => ({ place, value, digest: '', subject })),
    ];
  });
  if (questions.length === 0) return new Set();
  const found = await transaction.unsafe<{ place: bigint }[]>(findSignsYours, [
    questions.map(({ value }) => value),
    questions.map(({ digest }) => digest),
    questions.map(({ subject }) => subject),
  ]);
  return new Set(found.flatMap(({ place }) => questions[Number(place) - 1]?.place ?? []));
}
