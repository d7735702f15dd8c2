/**
 * What happened, whoever watches it and in how many ways: the alerts that one signature makes for the watches of one
 * reader are one event, with those of the other logs it stands in and of the burst it belongs to. A reader is a team, or a
 * mailbox that has none; two readers never share an event, so that no message tells one what another watches.
 */
import { verdicts } from '#lib/rules/verdict.ts';
import type { Transaction } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { groupGapMs } from './group.ts';
import type { NewAlert } from './insert-alerts.ts';
import { isQuietUse } from './later-use.ts';
import { issuedSubject } from './same-event.ts';

const readReaders = namedSql('alert-readers');
const readOpenGroups = namedSql('alert-open-groups');
const readToldSubjects = namedSql('alert-told-subjects');

export interface Event {
  readonly id: string;
  /** Worst first, then of the oldest watch. */
  readonly alerts: readonly NewAlert[];
  /** Mailboxes that were told of this very signature: from another log, or of its certificate before it was used. */
  readonly toldBefore: ReadonlyMap<string, { readonly mailId: string; readonly toldAt: Date | null }>;
}

export interface Reader {
  readonly reader: string;
  readonly since: Date;
}

export async function readersOf(
  transaction: Transaction,
  watches: readonly string[],
): Promise<Map<string, Reader>> {
  const rows = await transaction.unsafe<{ watch_id: string; reader: string; created_at: Date }[]>(
    readReaders,
    [[...new Set(watches)]],
  );
  return new Map(rows.map((row) => [row.watch_id, { reader: row.reader, since: row.created_at }]));
}

/** What an alert is of when it joins nothing that was told before. */
export function eventIdOf(reader: string, subject: string): string {
  return deterministicId('event', reader, subject);
}

/** New alerts by event, in the order they came, each with the event it joins if that is still going on. */
export async function eventsOf(
  transaction: Transaction,
  alerts: readonly NewAlert[],
  readers: ReadonlyMap<string, Reader>,
): Promise<Event[]> {
  const open = await openGroups(transaction, alerts);
  const before = await toldSubjects(transaction, alerts, readers);
  const since = ({ watchId }: NewAlert): number => readers.get(watchId)?.since.getTime() ?? 0;
  return bundled(alerts).map((bundle): Event => {
    const sorted = [...bundle].sort((a, b) => rank(b) - rank(a) || since(a) - since(b));
    const [lead] = sorted;
    const reader = lead && readers.get(lead.watchId)?.reader;
    const known =
      before.get(`${reader} ${lead?.subject}`) ??
      (lead !== undefined && isQuietUse(lead) ? before.get(`${reader} ${issuedSubject(lead)}`) : undefined);
    const told = sorted.filter(({ verdict }) => verdict !== 'expected');
    const joined = told
      .map((alert) => open.around(alert))
      .find((group) => group !== undefined && open.tells(group, told));
    const id = known?.eventId ?? joined ?? lead?.eventId ?? '';
    for (const alert of told) open.note(alert, id);
    return { id, alerts: sorted, toldBefore: known?.mailboxes ?? new Map() };
  });
}

const rank = ({ verdict }: NewAlert): number => verdicts.indexOf(verdict);

function bundled(alerts: readonly NewAlert[]): NewAlert[][] {
  const bundles = new Map<string, NewAlert[]>();
  for (const alert of alerts) {
    const bundle = bundles.get(alert.eventId);
    if (bundle === undefined) bundles.set(alert.eventId, [alert]);
    else bundle.push(alert);
  }
  return [...bundles.values()];
}

interface Group {
  readonly eventId: string;
  readonly groupKey: string;
  readonly happenedAt: Date;
}

class OpenGroups {
  private readonly byKey: Map<string, Group>;

  constructor(groups: readonly (readonly [string, Group])[]) {
    this.byKey = new Map(groups);
  }

  /** Whether the event has told the reasons of every one of these: one watch must not mute what another sees. */
  tells(eventId: string, alerts: readonly NewAlert[]): boolean {
    const groups = [...this.byKey.values()].filter((group) => group.eventId === eventId);
    const told = new Set(groups.map(({ groupKey }) => groupKey));
    return alerts.every(({ id, groupKey }) => groupKey === id || told.has(groupKey));
  }

  static keyOf({ watchId, groupKey }: Pick<NewAlert, 'watchId' | 'groupKey'>): string {
    return `${watchId} ${groupKey}`;
  }

  /** The event that was going on, for this watch and for the same reason, when this one happened. */
  around(alert: NewAlert): string | undefined {
    const group = this.byKey.get(OpenGroups.keyOf(alert));
    if (group === undefined) return undefined;
    const apart = Math.abs(alert.happenedAt.getTime() - group.happenedAt.getTime());
    return apart < groupGapMs ? group.eventId : undefined;
  }

  note(alert: NewAlert, eventId: string): void {
    const key = OpenGroups.keyOf(alert);
    const { groupKey, happenedAt } = alert;
    const before = this.byKey.get(key)?.happenedAt ?? happenedAt;
    this.byKey.set(key, { eventId, groupKey, happenedAt: before > happenedAt ? before : happenedAt });
  }
}

async function openGroups(transaction: Transaction, alerts: readonly NewAlert[]): Promise<OpenGroups> {
  const rows = await transaction.unsafe<
    { watch_id: string; group_key: string; event_id: string; happened_at: Date }[]
  >(readOpenGroups, [alerts.map(({ watchId }) => watchId), alerts.map(({ groupKey }) => groupKey)]);
  return new OpenGroups(
    rows.map((row) => [
      OpenGroups.keyOf({ watchId: row.watch_id, groupKey: row.group_key }),
      { eventId: row.event_id, groupKey: row.group_key, happenedAt: row.happened_at },
    ]),
  );
}

interface ToldSubject {
  readonly eventId: string;
  readonly mailboxes: Map<string, { mailId: string; toldAt: Date | null }>;
}

async function toldSubjects(
  transaction: Transaction,
  alerts: readonly NewAlert[],
  readers: ReadonlyMap<string, Reader>,
): Promise<Map<string, ToldSubject>> {
  const asked = alerts.flatMap((alert) => [
    alert,
    ...[issuedSubject(alert)].flatMap((subject) => (subject === undefined ? [] : [{ ...alert, subject }])),
  ]);
  const rows = await transaction.unsafe<
    {
      reader: string;
      subject: string;
      event_id: string;
      email: string;
      mail_id: string;
      told_at: Date | null;
    }[]
  >(readToldSubjects, [
    asked.map(({ watchId }) => readers.get(watchId)?.reader ?? ''),
    asked.map(({ subject }) => subject),
    asked.map(({ id }) => id),
  ]);
  const found = new Map<string, ToldSubject>();
  for (const row of rows) {
    const key = `${row.reader} ${row.subject}`;
    const told = found.get(key) ?? { eventId: row.event_id, mailboxes: new Map() };
    if (!told.mailboxes.has(row.email))
      told.mailboxes.set(row.email, { mailId: row.mail_id, toldAt: row.told_at });
    found.set(key, told);
  }
  return found;
}
