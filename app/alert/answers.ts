/**
 * What people say of alerts: the one way in for the mailed link, the inbox and the API. Answers are only ever added;
 * undoing marks them. Each is told to the machines that were told of the alert, and recorded for the team.
 */
import type { Transaction } from '#lib/server/database.ts';
import { recordAct, type Actor } from '../account/audit.ts';
import type { Dependencies } from '../dependencies.ts';

export const answers = ['acknowledged', 'mine', 'not-mine', 'resolved', 'reopened'] as const;
export type Answer = (typeof answers)[number];

export interface Said {
  readonly answer: Answer;
  readonly reason?: string | undefined;
  readonly who: Answerer;
}

/** Of everything that is one event: what who answers may speak for. Unset: all that their team watches. */
export interface Scope {
  readonly watches?: readonly string[] | undefined;
}

export interface Answerer {
  /** As others who see the alert read it. */
  readonly by: string;
  readonly actor: Actor;
}

type Uses = Pick<Dependencies, 'sql' | 'statement'>;
type Row = { readonly alert_id: string };

/** Whoever may answer has been checked by the caller. Says it of everything that is one event with these alerts. */
export async function sayOfAlerts(
  { sql, statement }: Uses,
  alertIds: readonly string[],
  { answer, reason = '', who, watches = [] }: Said & Scope,
): Promise<number> {
  return sql.begin(async (transaction) => {
    await lockEvents(transaction, alertIds);
    const said = await transaction.unsafe<Row[]>(statement('answer-alerts'), [
      [...alertIds],
      answer,
      who.by,
      viaOf(who.actor),
      reason,
      [...watches],
    ]);
    await afterwards(transaction, statement, said, who, answer);
    return said.length;
  });
}

/** The alerts are as they were before the last answer. Gives of how many: none, where nothing stands. */
export async function undoAnswers(
  { sql, statement, now }: Uses & Pick<Dependencies, 'now'>,
  alertIds: readonly string[],
  who: Answerer,
  { watches = [] }: Scope = {},
): Promise<number> {
  return sql.begin(async (transaction) => {
    await lockEvents(transaction, alertIds);
    const undone = await transaction.unsafe<Row[]>(statement('undo-answers'), [
      [...alertIds],
      who.by,
      now().toISOString(),
      [...watches],
    ]);
    await afterwards(transaction, statement, undone, who, 'undone');
    return undone.length;
  });
}

/** Whoever asked for no more than that is refused with these words, as `nothing-to-undo`. */
export const nothingToUndo = 'There is no answer to take back.';

/** Presses of two people at the same moment are one after the other, on any alert of one event. */
async function lockEvents(transaction: Transaction, alertIds: readonly string[]): Promise<void> {
  await transaction`
    SELECT pg_advisory_xact_lock(hashtextextended('answer ' || event.id, 0)) FROM (
      SELECT DISTINCT event_id::text AS id FROM alert_alert
      WHERE id = ANY(${[...alertIds]}::uuid[]) ORDER BY 1) AS event`;
}

async function afterwards(
  transaction: Transaction,
  statement: Dependencies['statement'],
  rows: readonly Row[],
  { actor }: Answerer,
  answer: string,
): Promise<void> {
  const ids = [...new Set(rows.map(({ alert_id: id }) => id))];
  if (ids.length === 0) return;
  await transaction.unsafe(statement('alert-queue-answers'), [ids]);
  const teams = await transaction<{ team_id: string | null; alerts: number; first: string }[]>`
    SELECT watch.team_id, count(*)::int AS alerts, min(alert.id::text) AS first
    FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
    WHERE alert.id = ANY(${ids}::uuid[]) GROUP BY alert.event_id, watch.team_id`;
  for (const { team_id: teamId, alerts, first } of teams)
    await recordAct(transaction, {
      teamId,
      actor,
      act: 'alert.answered',
      subject: first,
      detail: { answer, alerts },
    });
}

function viaOf({ kind }: Actor): string {
  return { user: 'account', key: 'api-key', mail: 'mail', system: 'system' }[kind];
}
