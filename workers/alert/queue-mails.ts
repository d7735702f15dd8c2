/**
 * Which mail tells whom of which event: its own, one for each mailbox, however many watches it matched; or the summary at
 * the end of the hour.
 */
import { dueAt, waitsForDigest } from '#lib/rules/pace.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { outboxChannel } from '#lib/server/mail/outbox.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { MailBudget, summaryOf } from './budget.ts';
import { joinBursts, patiently } from './bursts.ts';
import type { Event } from './events.ts';
import type { NewAlert } from './insert-alerts.ts';
import { groupGapMs } from './group.ts';
import { Paces } from './paces.ts';
import { queueChannels, type ToTell } from './queue-channels.ts';

const queueAlertMails = namedSql('alert-queue-mail');
const setEvents = namedSql('alert-set-events');

interface DueMail {
  readonly id: string;
  readonly email: string;
  readonly message: object;
  readonly dueAt: Date;
}

/** How a mailbox hears of an alert. */
interface Told {
  readonly eventId: string;
  readonly alertId: string;
  readonly mailId: string | undefined;
  /** Known when the mail has left already. */
  readonly toldAt: Date | null;
}

interface EarlierMail {
  /** Null while it waits: it will count what joins until then. */
  readonly sent_at: Date | null;
  readonly state: string;
  /** Somebody answered it; what comes now was not part of the question. */
  readonly is_answered: boolean;
}

interface Telling {
  readonly budget: MailBudget;
  readonly paces: Paces;
  readonly now: number;
  /** Mails of these events that were queued by an earlier batch. */
  readonly queued: ReadonlyMap<string, EarlierMail>;
  readonly mails: Map<string, DueMail>;
  readonly told: Told[];
  readonly channels: ToTell[];
}

export async function queueMails(
  transaction: Transaction,
  events: readonly Event[],
  now = Date.now(),
): Promise<void> {
  const all = events.flatMap(({ alerts }) => alerts);
  const telling: Telling = {
    budget: await MailBudget.before(transaction, all),
    paces: await Paces.of(transaction, all),
    now,
    queued: await queuedBefore(transaction, events),
    mails: new Map(),
    told: [],
    channels: [],
  };
  for (const event of events) {
    for (const { id: alertId, verdict } of event.alerts)
      if (verdict === 'expected')
        telling.told.push({ eventId: event.id, alertId, mailId: undefined, toldAt: null });
    for (const mailbox of mailboxes(event)) tell(event, mailbox, telling);
  }
  await transaction.unsafe(setEvents, [
    telling.told.map(({ alertId }) => alertId),
    telling.told.map(({ eventId }) => eventId),
    telling.told.map(({ mailId = '' }) => mailId),
    telling.told.map(({ toldAt }) => toldAt?.toISOString() ?? ''),
  ]);
  await queue(transaction, [...telling.mails.values()], now);
  await queueChannels(transaction, 'at-once', telling.channels);
  await joinBursts(transaction, all);
}

/** What is to be told to each address, worst first. */
function mailboxes({ alerts }: Event): NewAlert[][] {
  const told = alerts.filter(({ verdict }) => verdict !== 'expected');
  const addresses = [...new Set(told.map(({ email }) => email))];
  return addresses.map((address) => told.filter(({ email }) => email === address));
}

const mailOf = (eventId: string, email: string): string => deterministicId('alert-mail', eventId, email);

function tell(event: Event, alerts: readonly NewAlert[], telling: Telling): void {
  const { mails, queued, told, channels, now } = telling;
  const [lead] = alerts;
  if (lead === undefined) return;
  const known = event.toldBefore.get(lead.email);
  if (alerts.every((alert) => waitsForDigest(alert, telling.paces.for(alert.watchId)))) {
    for (const { id: alertId } of alerts)
      told.push({ eventId: event.id, alertId, mailId: undefined, toldAt: null });
    return;
  }
  const ownMail = mailOf(event.id, lead.email);
  const isOpen = mails.has(ownMail) || queued.has(ownMail);
  const due = new Date(
    Math.min(...alerts.map(({ watchId, verdict }) => dueAt(verdict, telling.paces.for(watchId), now))),
  );
  const mail: { mailId: string; toldAt?: Date | null } =
    known ?? (isOpen ? joined(ownMail, alerts, telling) : opened(event, alerts, due, telling));
  for (const { id: alertId, watchId } of alerts) {
    told.push({ eventId: event.id, alertId, mailId: mail.mailId, toldAt: mail.toldAt ?? null });
    if (mail.mailId === ownMail)
      channels.push({ eventId: event.id, alertId, watchId, due: patiently(alerts, due, now) });
  }
}

function opened(
  event: Event,
  alerts: readonly NewAlert[],
  due: Date,
  { budget, mails, now }: Telling,
): { mailId: string } {
  const [lead] = alerts;
  // One like all the others waits for the others of its hour.
  const isLikeOthers = lead?.reasons[0]?.rule === 'watched-identity' && due.getTime() > now;
  if (lead === undefined || isLikeOthers || !budget.spend(lead.watchId, lead.facts.trust))
    return summaryFor(alerts, mails, now);
  const id = mailOf(event.id, lead.email);
  const [{ id: alertId, token }, ...others] = [lead, ...alerts.slice(1)];
  const also = others.map((alert) => ({ alertId: alert.id, token: alert.token }));
  mails.set(id, {
    id,
    email: lead.email,
    message: { alertId, token, also },
    dueAt: patiently(alerts, due, now),
  });
  return { mailId: id };
}

/**
 * A mail that has not left counts all that joins it. One that left says that more of the same is counted on its page, so
 * for an hour that is no second message; what joins later, or after an answer, is told of by the summary.
 */
function joined(
  mailId: string,
  alerts: readonly NewAlert[],
  { mails, queued, now }: Telling,
): { mailId: string; toldAt?: Date | null } {
  if (mails.has(mailId)) return { mailId };
  const earlier = queued.get(mailId);
  const age = now - (earlier?.sent_at?.getTime() ?? now);
  const counts = earlier?.state !== 'failed' && earlier?.is_answered === false && age < groupGapMs;
  if (!counts) summaryFor(alerts, mails, now);
  return { mailId, toldAt: counts ? (earlier?.sent_at ?? null) : null };
}

/** That of one watch, always the same of several: what matched the others is the same. */
function summaryFor(
  alerts: readonly NewAlert[],
  mails: Map<string, DueMail>,
  now: number,
): { mailId: string } {
  const [first] = [...alerts].sort((a, b) => (a.watchId < b.watchId ? -1 : 1));
  const { watchId = '', email = '' } = first ?? {};
  const summary = summaryOf(watchId, now);
  const id = deterministicId('summary-mail', watchId, summary.until);
  if (!mails.has(id)) mails.set(id, { id, email, message: { summary }, dueAt: new Date(summary.until) });
  return { mailId: id };
}

async function queuedBefore(
  transaction: Transaction,
  events: readonly Event[],
): Promise<Map<string, EarlierMail>> {
  const wanted = events.flatMap(({ id, alerts }) => alerts.map(({ email }) => mailOf(id, email)));
  const rows = await transaction<(EarlierMail & { id: string })[]>`
    SELECT id, state, sent_at, EXISTS (
      SELECT 1 FROM alert_alert told JOIN account_answer said ON said.alert_id = told.id AND said.undone_at IS NULL
      WHERE told.mail_id = mail.id) AS is_answered
    FROM mail_outbox mail WHERE id = ANY(${[...new Set(wanted)]}::uuid[])`;
  return new Map(rows.map((row) => [row.id, row]));
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
