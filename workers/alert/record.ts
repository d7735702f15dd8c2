/**
 * Matches become alerts: the facts of each, in the caller's transaction. A certificate in a CT log is not yet a
 * signature: its match is kept, and unused.ts looks at it when time has passed. Of an entry there that does not read no
 * time will tell more: it is told of at once.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Facts } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { FollowedLog } from '../follow/followed-log.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';
import type { Match } from '../match/match-batch.ts';
import { Histories } from './histories.ts';
import { insertAlertsWithMail } from './insert-alerts.ts';
import { withIntents } from './intents.ts';
import { ofSigners, severalSigners } from './several-signers.ts';
import { standingOf, type Asked, type Standing } from './standing.ts';
import { subjectOf, untold } from './same-event.ts';

const insertMatches = namedSql('match-insert');
const seenBefore = namedSql('match-seen-before');

interface KeptMatch {
  readonly watch_id: string;
  readonly entry_index: bigint;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
}

/** With the entry and the name in it: the watched one, or one that a pattern takes in or that only looks like it. */
interface MatchedEntry extends KeptMatch {
  readonly entry: IndexedEntry;
  readonly name: string;
  /** Who signed, where the watched name is none of theirs. */
  readonly signer: string | undefined;
  /** What its past is looked up by: a workflow's address changes with every tag, its repository does not. */
  readonly subject: string;
  readonly lookAlike: string | undefined;
  readonly nearName: boolean;
}

/** Watches that take in many names. */
const wide: ReadonlySet<string> = new Set(['organisation', 'workflow', 'uri-prefix', 'uri-pattern']);
/** Watches of what no signer is named by: its past is that of the signer. */
const things: ReadonlySet<string> = new Set(['digest', 'certificate', 'key']);

export async function recordAlerts(
  transaction: Transaction,
  log: FollowedLog,
  matches: readonly Match[],
  seenAt: Date,
): Promise<void> {
  if (matches.length === 0) return;
  const kept = await transaction.unsafe<KeptMatch[]>(insertMatches, [
    log.id,
    matches.map(({ watchId }) => watchId),
    matches.map(({ entry }) => String(entry.index)),
  ]);
  const found = withEntries(kept, matches);
  const news = log.kind === 'ct' ? found.filter(({ entry }) => entry.trust === 'unparsable') : found;
  const matched = await untold(transaction, log.id, news);
  if (matched.length === 0) return;
  const signings = await lookBack(transaction, log, matched, seenAt);
  const standing = await standingOf(
    transaction,
    matched.map((match) => askedOf(match, seenAt)),
  );
  const facts = matched.map((match, at): Facts => ({
    ...factsOf(log, match, seenAt),
    ...signings.first(at),
    ...(standing[at] as Standing),
    usual: match.lookAlike === undefined ? signings.usual(match) : null,
    intent: null,
  }));
  const announced = await withIntents(
    transaction,
    matched.map(({ watch_id: watchId }, at) => ({ watchId, facts: facts[at] as Facts })),
  );
  await insertAlertsWithMail(
    transaction,
    matched.map(({ watch_id: watchId, email, entry }, at) => ({
      watchId,
      email,
      facts: announced[at] as Facts,
      subject: subjectOf(entry),
    })),
  );
}

function withEntries(kept: readonly KeptMatch[], matches: readonly Match[]): MatchedEntry[] {
  const byKey = new Map(matches.map((match) => [`${match.watchId} ${match.entry.index}`, match]));
  return kept.map((match) => {
    const found = byKey.get(`${match.watch_id} ${match.entry_index}`);
    if (found === undefined) throw new Error('a match without its entry');
    const { entry, lookAlike, nearName = false } = found;
    const name = found.name?.value ?? match.value;
    const signer = found.name === undefined ? undefined : signerBeside(name, match.kind, entry);
    const isOfToken = found.name?.kind === 'issuer-subject';
    const subject =
      wide.has(match.kind) || isOfToken
        ? (entry.source ?? signer ?? name)
        : things.has(match.kind)
          ? (signer ?? name)
          : name;
    return { ...match, entry, name, signer, subject, lookAlike, nearName };
  });
}

/** Of several who signed one file none is named. Of a login it is the name that the token's subject got. */
function signerBeside(
  name: string,
  kind: string,
  { identities, fingerprints }: IndexedEntry,
): string | undefined {
  if (!(things.has(kind) || kind === 'package' || kind === 'issuer-subject') || fingerprints.length > 1)
    return undefined;
  const named = identities.filter((identity) => ofSigners.has(identity.kind));
  return named.some(({ value }) => value === name) ? undefined : named[0]?.value;
}

function askedOf(match: MatchedEntry, seenAt: Date): Asked {
  const { watch_id: watchId, kind, value, name, signer, subject, entry, lookAlike } = match;
  // Whoever signs the same statement names the same package.
  const isOfFile = kind !== 'package' && !(things.has(kind) && signer === undefined && kind !== 'key');
  const signedAt = entry.notBefore ?? seenAt;
  return { watchId, value, name, subject, signer: signer ?? name, entry, lookAlike, isOfFile, signedAt };
}

/** What each match's name signed before, by its place in the list. */
async function lookBack(
  transaction: Transaction,
  log: FollowedLog,
  matched: readonly MatchedEntry[],
  seenAt: Date,
) {
  const names = matched.map(({ subject }) => subject);
  const earlier = await transaction.unsafe<{ identity: boolean; issuer: boolean; source: boolean }[]>(
    seenBefore,
    [
      log.id,
      matched.map(({ entry_index: index }) => String(index)),
      names,
      matched.map(({ entry }) => entry.issuer ?? ''),
      matched.map(({ entry }) => entry.source ?? ''),
    ],
  );
  const first = matched[0]?.entry_index ?? 0n;
  const histories = await Histories.read(transaction, names, { logId: log.id, index: first });
  return {
    first: (at: number): Pick<Facts, FirstFacts> => ({
      firstForIdentity: earlier[at]?.identity !== true,
      firstForIssuer: earlier[at]?.issuer !== true,
      firstForSource: earlier[at]?.source !== true,
    }),
    usual: ({ subject, entry }: MatchedEntry) => histories.compare(subject, entry, entry.notBefore ?? seenAt),
  };
}

type FirstFacts = 'firstForIdentity' | 'firstForIssuer' | 'firstForSource';

function spellingsOf(
  { identities }: IndexedEntry,
  names: readonly (string | undefined)[],
): Record<string, string> {
  const other = identities.filter(({ value, exact }) => exact !== undefined && names.includes(value));
  return Object.fromEntries(other.map(({ value, exact = value }) => [value, exact]));
}

function factsOf(
  log: FollowedLog,
  { entry, lookAlike, nearName, kind, name, signer }: MatchedEntry,
  seenAt: Date,
): Omit<
  Facts,
  | FirstFacts
  | 'usual'
  | 'signedByOthers'
  | 'signsYours'
  | 'disowned'
  | 'departed'
  | 'frozen'
  | 'proven'
  | 'intent'
> {
  const { notBefore, notAfter, serial } = entry;
  const together = signer === undefined ? severalSigners(name, kind, entry) : {};
  return {
    identity: name,
    identityKind: kind,
    logId: log.id,
    logName: log.name,
    event: log.kind === 'ct' ? 'issuance' : 'signature',
    index: String(entry.index),
    seenAt: seenAt.toISOString(),
    trust: entry.trust,
    issuer: entry.issuer ?? null,
    digest: entry.digest === undefined ? null : toHex(entry.digest),
    digestAlgorithm: entry.digestAlgorithm ?? null,
    certificate:
      notBefore === undefined || notAfter === undefined
        ? null
        : { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), serial: serial ?? '' },
    exact: spellingsOf(entry, [name, signer, lookAlike, entry.source, ...(together.signers ?? [])]),
    claims: { ...entry.claims },
    source: entry.source ?? null,
    keyType: entry.keyType ?? null,
    signer: signer ?? null,
    ...together,
    lookAlike: lookAlike ?? null,
    nearName,
  };
}
