/** The inbox: what happened to what a caller's teams watch, an event a row, by state. A team of others is never asked about. */
import { z } from 'zod';
import { reasonsSchema, verdicts } from '#lib/rules/verdict.ts';
import { factsSchema } from '#lib/rules/facts.ts';
import { requireTeam, teamIds, type Caller } from '../account/caller.ts';
import { AccountError } from '../account/account-error.ts';
import type { Role } from '../account/roles.ts';
import type { Dependencies } from '../dependencies.ts';

export const states = ['open', 'acknowledged', 'mine', 'not-mine', 'auto-expected', 'resolved'] as const;
export type AlertState = (typeof states)[number];

const part = z.object({
  id: z.string(),
  watch: z.object({ id: z.string(), kind: z.string(), value: z.string() }),
  log: z.string(),
  index: z.string(),
  verdict: z.enum(verdicts),
  happenedAt: z.iso.datetime({ offset: true }),
});

const row = z
  .object({
    id: z.string(),
    watch_id: z.string(),
    team_id: z.string(),
    kind: z.string(),
    value: z.string(),
    log_id: z.string(),
    entry_index: z.bigint(),
    verdict: z.enum(verdicts),
    reasons: z.unknown(),
    facts: z.unknown(),
    created_at: z.date(),
    created_text: z.string(),
    happened_at: z.date(),
    state: z.enum(states),
    answer: z.string().nullable(),
    answered_by: z.string().nullable(),
    answered_at: z.date().nullable(),
    event_id: z.string(),
    first_id: z.string(),
    event_count: z.int(),
    part_count: z.int(),
    parts: z.array(part),
  })
  .transform((read) => ({
    id: read.id,
    watch: { id: read.watch_id, teamId: read.team_id, kind: read.kind, value: read.value },
    logId: read.log_id,
    index: String(read.entry_index),
    verdict: read.verdict,
    state: read.state,
    reasons: reasonsSchema.safeParse(read.reasons).data ?? [],
    /** Undefined when an older version wrote them in a form we no longer read. */
    facts: factsSchema.safeParse(read.facts).data,
    createdAt: read.created_at,
    happenedAt: read.happened_at,
    eventId: read.event_id,
    /** How many signatures are one event with it, itself included. */
    eventCount: read.event_count,
    /** Its alerts: one for each watch and entry; at most 50 of `partCount`. */
    parts: read.parts,
    partCount: read.part_count,
    answer:
      read.answer === null || read.answered_by === null || read.answered_at === null
        ? undefined
        : { answer: read.answer, by: read.answered_by, at: read.answered_at },
    position: { at: read.created_text, id: read.first_id },
  }));

export type InboxAlert = z.output<typeof row>;

export interface InboxQuery {
  readonly states?: readonly AlertState[];
  readonly verdicts?: readonly string[];
  readonly watchId?: string | undefined;
  readonly since?: Date | undefined;
  readonly before?: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

export async function listAlerts(
  deps: Reads,
  caller: Caller,
  query: InboxQuery,
): Promise<{ alerts: InboxAlert[]; next: InboxQuery['before'] }> {
  const rows = await ask(deps, teamIds(caller), { ...query, limit: query.limit + 1 });
  const alerts = rows.slice(0, query.limit);
  return { alerts, next: rows.length > query.limit ? alerts.at(-1)?.position : undefined };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws not-found for an alert of others as for one that never was. */
export async function teamAlert(
  deps: Reads,
  caller: Caller,
  id: string,
  role: Role = 'viewer',
): Promise<InboxAlert> {
  const [alert] = uuid.test(id) ? await ask(deps, teamIds(caller), { limit: 1 }, id) : [];
  if (alert === undefined) throw new AccountError('not-found', 'There is no such thing.');
  requireTeam(caller, alert.watch.teamId, role);
  return alert;
}

/** Those of these alerts that the caller may answer. */
export async function answerable(deps: Reads, caller: Caller, ids: readonly string[]): Promise<string[]> {
  const known = ids.filter((id) => uuid.test(id));
  if (known.length === 0) return [];
  const rows = await deps.sql<{ id: string }[]>`
    SELECT alert.id FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    WHERE alert.id = ANY(${known}::uuid[]) AND watch.team_id = ANY(${teamIds(caller, 'responder')}::uuid[])`;
  return rows.map(({ id }) => id);
}

export async function countAlerts({ sql }: Reads, caller: Caller): Promise<{ open: number; grave: number }> {
  const [row] = await sql<{ open: number; grave: number }[]>`
    SELECT count(DISTINCT alert.event_id)::int AS open,
      count(DISTINCT alert.event_id) FILTER (WHERE alert.verdict IN ('unexpected', 'contradiction'))::int AS grave
    FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    WHERE watch.team_id = ANY(${teamIds(caller)}::uuid[]) AND alert.verdict <> 'expected'
      AND coalesce((
        SELECT answer FROM account_answer said
        WHERE said.alert_id = alert.id AND said.undone_at IS NULL ORDER BY said.id DESC LIMIT 1), 'reopened') = 'reopened'`;
  return row ?? { open: 0, grave: 0 };
}

export interface Needs {
  /** Events without an answer, and how many of them nobody expected. */
  readonly open: number;
  readonly grave: number;
  /** When the last alert or answer was, or the first watch began; undefined without a watch, or while something is open. */
  readonly quietSince: Date | undefined;
  /** Signatures of the last seven days that were expected. */
  readonly expected: number;
}

export async function readNeeds(deps: Reads, caller: Caller, now: Date): Promise<Needs> {
  const counts = await countAlerts(deps, caller);
  const week = new Date(now.getTime() - 7 * 86_400_000);
  const [row] = await deps.sql<{ last: Date | null; expected: number }[]>`
    SELECT greatest(min(watch.confirmed_at), max(alert.created_at) FILTER (WHERE alert.verdict <> 'expected'),
        max(said.at)) AS last,
      count(DISTINCT alert.event_id) FILTER (WHERE alert.verdict = 'expected' AND alert.happened_at >= ${week})::int AS expected
    FROM account_watch watch LEFT JOIN alert_alert alert ON alert.watch_id = watch.id
      LEFT JOIN account_answer said ON said.alert_id = alert.id
    WHERE watch.team_id = ANY(${teamIds(caller)}::uuid[]) AND watch.state = 'confirmed'`;
  const last = counts.open === 0 ? row?.last : null;
  return { ...counts, quietSince: last ?? undefined, expected: row?.expected ?? 0 };
}

async function ask(
  { sql, statement }: Reads,
  teams: readonly string[],
  query: InboxQuery,
  id = '',
): Promise<InboxAlert[]> {
  const rows = await sql.unsafe(statement('alert-list'), [
    [...teams],
    [...(query.states ?? [])],
    [...(query.verdicts ?? [])],
    query.watchId ?? '',
    query.since?.toISOString() ?? '',
    query.before?.at ?? '',
    query.before?.id ?? '',
    String(query.limit),
    id,
  ]);
  return rows.map((read) => row.parse(read));
}
