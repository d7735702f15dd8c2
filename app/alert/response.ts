/**
 * What is being done about an event that somebody disowned: which steps are done, by whom and when, and what turned out
 * to be the cause. Shared by everybody who responds; only ever added and taken back, so that it can be told afterwards.
 */
import type { Transaction } from '#lib/server/database.ts';
import { recordAct } from '../account/audit.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Answerer } from './answers.ts';

export const stepNames = ['contain', 'preserve', 'rotate', 'tell', 'block', 'scope', 'close'] as const;
export type StepName = (typeof stepNames)[number];

export const causes = {
  'token-stolen': 'A token or secret was stolen',
  'account-taken': 'An account was taken over',
  'workflow-changed': 'A workflow was changed or misused',
  colleague: 'A colleague signed, and did not say so',
  unknown: 'Not known yet',
} as const;
export type Cause = keyof typeof causes;
export const causeNames = Object.keys(causes) as [Cause, ...Cause[]];

export interface Noted {
  readonly act: 'step' | 'cause';
  readonly value: string;
  readonly note: string | null;
  readonly by: string;
  readonly at: Date;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

export interface Response {
  readonly done: ReadonlyMap<string, Noted>;
  readonly cause: Noted | undefined;
  /** Everything, newest first. */
  readonly history: readonly Noted[];
}

export type Note =
  | { readonly act: 'step' | 'unstep'; readonly step: StepName }
  | { readonly act: 'cause'; readonly cause: Cause; readonly note: string };

type Uses = Pick<Dependencies, 'sql' | 'prisma'>;

export async function readResponse({ prisma }: Pick<Uses, 'prisma'>, eventId: string): Promise<Response> {
  const rows = await prisma.accountResponse.findMany({
    where: { eventId },
    orderBy: { id: 'desc' },
    take: 500,
    select: { act: true, value: true, note: true, by: true, at: true, undoneAt: true, undoneBy: true },
  });
  const history = rows.map((row): Noted => ({ ...row, act: row.act === 'cause' ? 'cause' : 'step' }));
  const standing = history.filter(({ undoneAt }) => undoneAt === null);
  return {
    done: new Map(standing.filter(({ act }) => act === 'step').map((noted) => [noted.value, noted])),
    cause: standing.find(({ act }) => act === 'cause'),
    history,
  };
}

interface Disputed {
  readonly id: string;
  readonly eventId: string;
  readonly teamId: string | null;
}

/** Two people who tick the same step at once tick it once. Whoever may answer the alert has been checked by the caller. */
export async function noteResponse(
  { sql }: Pick<Uses, 'sql'>,
  { id, eventId, teamId }: Disputed,
  note: Note,
  { by, actor }: Answerer,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(hashtextextended(${`response ${eventId}`}, 0))`;
    const changed = await change(transaction, eventId, note, by);
    if (!changed) return;
    const detail = note.act === 'cause' ? { cause: note.cause } : { [note.act]: note.step };
    await recordAct(transaction, { teamId, actor, act: 'response.noted', subject: id, detail });
  });
}

function rowOf(note: Note): [Noted['act'], string, string | null] {
  return note.act === 'cause'
    ? ['cause', note.cause, note.note === '' ? null : note.note]
    : ['step', note.step, null];
}

async function change(transaction: Transaction, eventId: string, note: Note, by: string): Promise<boolean> {
  if (note.act === 'unstep') {
    const undone = await transaction`
      UPDATE account_response SET undone_at = now(), undone_by = ${by}
      WHERE event_id = ${eventId} AND act = 'step' AND value = ${note.step} AND undone_at IS NULL`;
    return undone.count > 0;
  }
  const [act, value, words] = rowOf(note);
  if (act === 'cause')
    await transaction`
      UPDATE account_response SET undone_at = now(), undone_by = ${by}
      WHERE event_id = ${eventId} AND act = 'cause' AND undone_at IS NULL
        AND (value <> ${value} OR note IS DISTINCT FROM ${words})`;
  const made = await transaction`
    INSERT INTO account_response (event_id, act, value, note, by)
    SELECT ${eventId}, ${act}, ${value}, ${words}, ${by}
    WHERE NOT EXISTS (
      SELECT 1 FROM account_response
      WHERE event_id = ${eventId} AND act = ${act} AND value = ${value} AND undone_at IS NULL)`;
  return made.count > 0;
}
