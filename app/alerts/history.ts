/** Everything that was said of an alert, newest first. */
import type { Caller } from '../account/caller.ts';
import type { Dependencies } from '../dependencies.ts';
import { answerable } from './store.ts';

export interface SaidBefore {
  readonly answer: string;
  readonly by: string;
  readonly via: string;
  readonly reason: string | null;
  readonly at: Date;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

export async function answersOf(
  { prisma }: Pick<Dependencies, 'prisma'>,
  alertId: string,
): Promise<SaidBefore[]> {
  return prisma.accountAnswer.findMany({
    where: { alertId },
    orderBy: { id: 'desc' },
    select: { answer: true, by: true, via: true, reason: true, at: true, undoneAt: true, undoneBy: true },
  });
}

/** What stands of alerts that the caller may answer; those of others are as if never asked for. */
export async function standingAnswers(
  deps: Pick<Dependencies, 'sql' | 'statement'>,
  caller: Caller,
  ids: readonly string[],
): Promise<{ id: string; answer: string }[]> {
  const own = await answerable(deps, caller, ids);
  if (own.length === 0) return [];
  return deps.sql<{ id: string; answer: string }[]>`
    SELECT DISTINCT ON (alert_id) alert_id AS id, answer FROM account_answer
    WHERE alert_id = ANY(${own}::uuid[]) AND undone_at IS NULL ORDER BY alert_id, id DESC`;
}
