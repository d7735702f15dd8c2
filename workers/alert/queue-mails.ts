/** Which mail tells of which new alert: its own, that of the event it belongs to, or the summary at the end of the hour. */
import { dueAt } from '#lib/rules/pace.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { MailBudget, summaryOf } from './budget.ts';
import { groupGapMs } from './group.ts';
import type { NewAlert } from './insert-alerts.ts';
import { Paces } from './paces.ts';

const openGroups = namedSql('alert-open-groups');
const queueAlertMails = namedSql('alert-queue-mail');
const queueChannels = namedSql('alert-queue-channels');

interface Group {
  readonly mailId: string;
  readonly happenedAt: Date;
}

interface DueMail {
  readonly id: string;
  readonly email: string;
  readonly message: object;
  readonly dueAt: Date;
}

interface Telling {
  readonly budget: MailBudget;
  readonly paces: Paces;
  readonly now: number;
}

export async function queueMails(
  transaction: Transaction,
  alerts: readonly NewAlert[],
  now = Date.now(),
): Promise<void> {
  const open = await readGroups(transaction, alerts);
  const budget = await MailBudget.before(transaction, alerts);
  const telling = { budget, paces: await Paces.of(transaction, alerts), now };
  const mails = new Map<string, DueMail>();
  const told: { watchId: string; alertId: string; mailId: string }[] = [];
  for (const alert of alerts) {
    const key = `${alert.watchId} ${alert.groupKey}`;
    const group = open.get(key);
    const mail =
      group !== undefined && isSameEvent(group, alert) ? joined(alert, group, now) : opened(alert, telling);
    // A mail of this very batch holds all that joins it; an older one may have left, so the summary tells of the rest.
    if (!mails.has(mail.mailId)) for (const due of mail.due) if (!mails.has(due.id)) mails.set(due.id, due);
    open.set(key, { mailId: mail.mailId, happenedAt: later(alert.happenedAt, group?.happenedAt) });
    told.push({ watchId: alert.watchId, alertId: alert.id, mailId: mail.mailId });
  }
  await transaction`
    UPDATE alert_alert SET mail_id = told.mail_id
    FROM unnest(${told.map(({ alertId }) => alertId)}::uuid[], ${told.map(({ mailId }) => mailId)}::uuid[])
      AS told (alert_id, mail_id)
    WHERE alert_alert.id = told.alert_id`;
  await queue(transaction, [...mails.values()], now);
  const opening = told.filter(({ alertId, mailId }) => mailId === deterministicId('alert-mail', alertId));
  await transaction.unsafe(queueChannels, [
    opening.map(({ watchId }) => watchId),
    opening.map(({ alertId }) => alertId),
    opening.map(({ mailId }) => `msg_${mailId}`),
    opening.map(({ mailId }) => (mails.get(mailId)?.dueAt ?? new Date(now)).toISOString()),
  ]);
}

function opened(alert: NewAlert, { budget, paces, now }: Telling): { mailId: string; due: DueMail[] } {
  const { id, email, token, watchId, facts, verdict, reasons } = alert;
  const due = dueAt(verdict, paces.for(watchId), now);
  // One like all the others waits for the others of its hour.
  const isLikeOthers = reasons[0]?.rule === 'watched-identity' && due > now;
  if (isLikeOthers || !budget.spend(watchId, facts.trust)) return summaryFor(alert, now);
  const mailId = deterministicId('alert-mail', id);
  return { mailId, due: [{ id: mailId, email, message: { alertId: id, token }, dueAt: new Date(due) }] };
}

function joined(alert: NewAlert, { mailId }: Group, now: number): { mailId: string; due: DueMail[] } {
  return { mailId, due: summaryFor(alert, now).due };
}

function summaryFor({ watchId, email }: NewAlert, now: number): { mailId: string; due: DueMail[] } {
  const summary = summaryOf(watchId, now);
  const id = deterministicId('summary-mail', watchId, summary.until);
  return { mailId: id, due: [{ id, email, message: { summary }, dueAt: new Date(summary.until) }] };
}

function isSameEvent(group: Group, { happenedAt }: NewAlert): boolean {
  return Math.abs(happenedAt.getTime() - group.happenedAt.getTime()) < groupGapMs;
}

const later = (at: Date, other: Date | undefined): Date => (other !== undefined && other > at ? other : at);

async function readGroups(
  transaction: Transaction,
  alerts: readonly NewAlert[],
): Promise<Map<string, Group>> {
  const rows = await transaction.unsafe<
    { watch_id: string; group_key: string; mail_id: string; happened_at: Date }[]
  >(openGroups, [alerts.map(({ watchId }) => watchId), alerts.map(({ groupKey }) => groupKey)]);
  return new Map(
    rows.map((row) => [
      `${row.watch_id} ${row.group_key}`,
      { mailId: row.mail_id, happenedAt: row.happened_at },
    ]),
  );
}

async function queue(transaction: Transaction, mails: readonly DueMail[], now: number): Promise<void> {
  if (mails.length === 0) return;
  await transaction.unsafe(queueAlertMails, [
    mails.map(({ id }) => id),
    mails.map(({ email }) => email),
    mails.map(({ message }) => JSON.stringify(message)),
    mails.map(({ dueAt }) => dueAt.toISOString()),
  ]);
  const ids = mails.filter(({ dueAt: at }) => at.getTime() <= now).map(({ id }) => id);
  await transaction`SELECT pg_notify(${outboxChannel}, id) FROM unnest(${ids}::text[]) AS mail (id)`;
}
