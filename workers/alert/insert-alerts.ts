/** Facts become alerts: a verdict by the rules of the watch, one alert a watch and entry, one mail an event. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { evaluate, type Evaluation } from '#lib/rules/evaluate.ts';
import { signedAt, type Facts } from '#lib/rules/facts.ts';
import type { KeptRule } from '#lib/rules/owner-rule.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { eventIdOf, eventsOf, readersOf } from './events.ts';
import { groupKey } from './group.ts';
import { amendIssued } from './later-use.ts';
import { queueMails } from './queue-mails.ts';
import { readRules } from './read-rules.ts';

const insertAlerts = namedSql('alert-insert');

/** What is to be told to whom. */
export interface Alert {
  readonly watchId: string;
  readonly email: string;
  readonly facts: Facts;
  /** What was signed, the same in every log and for every watch; unset: the entry. */
  readonly subject?: string | undefined;
}

/** As it was stored. */
export interface NewAlert extends Alert, Evaluation {
  readonly id: string;
  /** The secret of the links in its mail. */
  readonly token: string;
  readonly happenedAt: Date;
  readonly groupKey: string;
  readonly subject: string;
  /** Until it joins one that is going on. */
  readonly eventId: string;
}

/** Ids follow from what an alert is about, so that nothing can make a second one of it. */
export async function insertAlertsWithMail(
  transaction: Transaction,
  alerts: readonly Alert[],
): Promise<void> {
  const rules = await readRules(transaction, [...new Set(alerts.map(({ watchId }) => watchId))]);
  const readers = await readersOf(
    transaction,
    alerts.map(({ watchId }) => watchId),
  );
  const rows = alerts.map((alert): NewAlert => {
    const subject = alert.subject ?? `${alert.facts.logId}/${alert.facts.index}`;
    const reader = readers.get(alert.watchId)?.reader ?? alert.email;
    const eventId = eventIdOf(reader, subject);
    return { ...judged(alert, rules.get(alert.watchId) ?? []), subject, eventId };
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
    rows.map(({ ruleId }) => ruleId ?? ''),
    rows.map(({ happenedAt }) => happenedAt.toISOString()),
    rows.map((row) => row.groupKey),
    rows.map(({ eventId }) => eventId),
    rows.map(({ subject }) => subject),
  ]);
  const isNew = new Set(inserted.map(({ id }) => id));
  const fresh = rows.filter(({ id }) => isNew.has(id));
  const amended = await amendIssued(transaction, fresh);
  if (amended > 0 || fresh.some(({ verdict }) => verdict !== 'expected'))
    await queueMails(transaction, await eventsOf(transaction, fresh, readers));
}

function judged(alert: Alert, rules: readonly KeptRule[]): Omit<NewAlert, 'subject' | 'eventId'> {
  const { watchId, facts } = alert;
  const evaluation = evaluate(facts, rules);
  const id = deterministicId('alert', watchId, facts.logId, facts.index);
  return {
    ...alert,
    ...evaluation,
    id,
    token: toBase64Url(randomBytes(32)),
    happenedAt: new Date(signedAt(facts)),
    groupKey: groupKey(facts, evaluation) ?? id,
  };
}
