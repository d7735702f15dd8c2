/**
 * Matches become alerts: facts, verdict, one alert a watch and entry, one mail an alert, all in the caller's transaction.
 * A certificate in a CT log is not yet a signature: its match is kept, and unused.ts looks at it when time has passed.
 */
import { randomBytes } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { evaluate } from '#lib/rules/evaluate.ts';
import type { Facts } from '#lib/rules/facts.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { FollowedLog } from '../follow/followed-log.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';
import type { Match } from '../match/match-batch.ts';
import { MailBudget } from './budget.ts';

const insertMatches = namedSql('match-insert');
const seenBefore = namedSql('match-seen-before');
const insertAlerts = namedSql('alert-insert');
const queueAlertMails = namedSql('alert-queue-mail');

interface KeptMatch {
  readonly watch_id: string;
  readonly entry_index: bigint;
  readonly kind: string;
  readonly value: string;
  readonly email: string;
}

/** What is to be told to whom. */
export interface Alert {
  readonly watchId: string;
  readonly email: string;
  readonly facts: Facts;
}

export async function recordAlerts(
  transaction: Transaction,
  log: FollowedLog,
  matches: readonly Match[],
  seenAt: Date,
): Promise<void> {
  if (matches.length === 0) return;
  const entries = new Map(matches.map(({ entry }) => [entry.index, entry]));
  const kept = await transaction.unsafe<KeptMatch[]>(insertMatches, [
    log.id,
    matches.map(({ watchId }) => watchId),
    matches.map(({ entry }) => String(entry.index)),
  ]);
  if (log.kind === 'ct' || kept.length === 0) return;
  const earlier = await transaction.unsafe<{ identity: boolean; issuer: boolean; source: boolean }[]>(
    seenBefore,
    [
      log.id,
      kept.map((match) => String(match.entry_index)),
      kept.map((match) => match.value),
      kept.map((match) => entries.get(match.entry_index)?.issuer ?? ''),
      kept.map((match) => entries.get(match.entry_index)?.source ?? ''),
    ],
  );
  const alerts = kept.flatMap((match, at) => {
    const entry = entries.get(match.entry_index);
    const before = earlier[at];
    if (entry === undefined || before === undefined) throw new Error('a match without its entry');
    const facts: Facts = {
      ...factsOf(log, entry, match, seenAt),
      firstForIdentity: !before.identity,
      firstForIssuer: !before.issuer,
      firstForSource: !before.source,
    };
    return [{ watchId: match.watch_id, email: match.email, facts }];
  });
  await insertAlertsWithMail(transaction, alerts);
}

type FirstFacts = 'firstForIdentity' | 'firstForIssuer' | 'firstForSource';

function factsOf(
  log: FollowedLog,
  entry: IndexedEntry,
  watch: Pick<KeptMatch, 'kind' | 'value'>,
  seenAt: Date,
): Omit<Facts, FirstFacts> {
  const { notBefore, notAfter, serial } = entry;
  return {
    identity: watch.value,
    identityKind: watch.kind,
    logId: log.id,
    logName: log.name,
    event: 'signature',
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
    claims: { ...entry.claims },
    source: entry.source ?? null,
  };
}

/** Ids follow from what an alert is about, so that nothing can make a second one of it. */
export async function insertAlertsWithMail(
  transaction: Transaction,
  alerts: readonly Alert[],
): Promise<void> {
  const rows = alerts.map(({ watchId, email, facts }) => {
    const id = deterministicId('alert', watchId, facts.logId, facts.index);
    const token = toBase64Url(randomBytes(32));
    return { id, watchId, email, facts, token, ...evaluate(facts) };
  });
  const inserted = await transaction.unsafe<{ id: string }[]>(insertAlerts, [
    rows.map(({ id }) => id),
    rows.map(({ watchId }) => watchId),
    rows.map(({ facts }) => facts.logId),
    rows.map(({ facts }) => facts.index),
    rows.map(({ verdict }) => verdict),
    rows.map(({ reasons }) => JSON.stringify(reasons)),
    rows.map(({ facts }) => JSON.stringify(facts)),
    rows.map(({ token }) => toHex(sha256(utf8(token)))),
  ]);
  const isNew = new Set(inserted.map(({ id }) => id));
  await queueMails(
    transaction,
    rows.filter(({ id }) => isNew.has(id)),
  );
}

interface NewAlert extends Alert {
  readonly id: string;
  readonly token: string;
}

/** One mail an alert, until there are so many that they are better told in one. */
async function queueMails(transaction: Transaction, alerts: readonly NewAlert[]): Promise<void> {
  const budget = await MailBudget.after(transaction, alerts);
  const mails = alerts.map(({ id, email, token, watchId, facts }) => {
    const summary = budget.spend(watchId, facts.trust);
    return summary === undefined
      ? { id: deterministicId('alert-mail', id), email, message: { alertId: id, token }, dueAt: new Date(0) }
      : {
          id: deterministicId('summary-mail', watchId, summary.until),
          email,
          message: { summary },
          dueAt: new Date(summary.until),
        };
  });
  if (mails.length === 0) return;
  await transaction.unsafe(queueAlertMails, [
    mails.map(({ id }) => id),
    mails.map(({ email }) => email),
    mails.map(({ message }) => JSON.stringify(message)),
    mails.map(({ dueAt }) => dueAt.toISOString()),
  ]);
  const ids = mails.filter(({ dueAt }) => dueAt.getTime() === 0).map(({ id }) => id);
  await transaction`SELECT pg_notify(${outboxChannel}, id) FROM unnest(${ids}::text[]) AS mail (id)`;
}
