/**
 * What stands when a signature is seen: what others had signed, what was disowned, frozen or proven, who left. Asked of a
 * whole batch at once, in its transaction.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Facts } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';
import { provenNumbers } from './proven.ts';
import { signsYours } from './signs-yours.ts';

const signedByOthers = namedSql('match-signed-by-others');
const disowned = namedSql('match-disowned');
const departed = namedSql('match-departed');
const frozen = namedSql('match-frozen');

export interface Asked {
  readonly watchId: string;
  /** The watched name, and the one in the entry. */
  readonly value: string;
  readonly name: string;
  /** Whoever signed, by the name that its past is looked up by, and by their own. */
  readonly subject: string;
  readonly signer: string;
  readonly entry: IndexedEntry;
  readonly lookAlike: string | undefined;
  /** Whether it says something that others had signed the file before. */
  readonly isOfFile: boolean;
  readonly signedAt: Date;
}

export type Standing = Pick<
  Facts,
  'signedByOthers' | 'signsYours' | 'disowned' | 'departed' | 'frozen' | 'proven'
>;

type Places = readonly { readonly place: bigint }[];

/** By their places in the list. */
export async function standingOf(transaction: Transaction, asked: readonly Asked[]): Promise<Standing[]> {
  const ofMatches = asked.map(({ watchId }) => watchId);
  const subjects = asked.map(({ subject }) => subject);
  const signers = asked.map(({ signer }) => signer);
  const claimed = (name: string): string[] => asked.map(({ entry: { claims } }) => claims[name] ?? '');
  const find = async (statement: string, ...lists: readonly (readonly string[])[]) =>
    placesIn(
      await transaction.unsafe<{ place: bigint }[]>(
        statement,
        lists.map((list) => [...list]),
      ),
    );
  const digests = asked.map(({ isOfFile, entry: { digest } }) =>
    digest === undefined || !isOfFile ? '' : toHex(digest),
  );
  const others = await find(signedByOthers, digests, subjects);
  const refused = await find(
    disowned,
    ofMatches,
    subjects,
    claimed('sourceRepositoryIdentifier'),
    claimed('sourceRepositoryOwnerIdentifier'),
  );
  const left = await find(departed, ofMatches, signers);
  const stopped = await find(
    frozen,
    signers,
    asked.map(({ entry }) => entry.source ?? ''),
    asked.map(({ signedAt }) => signedAt.toISOString()),
    claimed('sourceRepositoryIdentifier'),
    claimed('sourceRepositoryOwnerIdentifier'),
  );
  const ofYours = await signsYours(transaction, asked);
  const proven = await provenNumbers(
    transaction,
    asked.map(({ watchId, entry }) => ({ watchId, source: entry.source })),
  );
  return asked.map(({ watchId, entry }, at) => ({
    signedByOthers: others.has(at),
    signsYours: ofYours.has(at),
    disowned: refused.has(at),
    departed: left.has(at),
    frozen: stopped.has(at),
    proven: proven(watchId, entry.source),
  }));
}

/** SQL counts places from one. */
const placesIn = (rows: Places): ReadonlySet<number> => new Set(rows.map(({ place }) => Number(place) - 1));
