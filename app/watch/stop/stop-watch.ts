/** What the stop link of a mail does, for whoever reads it: the watch it names ends, and for a day that can be taken back. */
import type { Transaction } from '#lib/server/database.ts';
import { recordAct, type Act } from '../../account/audit.ts';
import type { Dependencies } from '../../dependencies.ts';

type Uses = Pick<Dependencies, 'sql' | 'statement'>;

interface Row {
  readonly id: string;
  readonly team_id: string | null;
}

export async function stopWatch({ sql, statement }: Uses, stopToken: string): Promise<void> {
  await sql.begin(async (transaction) => {
    const stopped = await transaction.unsafe<(Row & { was_on: boolean })[]>(statement('stop-watch'), [
      stopToken,
    ]);
    await record(
      transaction,
      stopped.filter((watch) => watch.was_on),
      'watch.stopped',
    );
  });
}

/** False where there is nothing to take back: it is on, was stopped by its team, or longer ago. */
export async function resumeWatch({ sql, statement }: Uses, stopToken: string): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const resumed = await transaction.unsafe<Row[]>(statement('resume-watch'), [stopToken]);
    await record(transaction, resumed, 'watch.resumed');
    return resumed.length > 0;
  });
}

async function record(transaction: Transaction, watches: readonly Row[], act: Act): Promise<void> {
  for (const { id, team_id: teamId } of watches)
    if (teamId !== null) await recordAct(transaction, { teamId, actor: { kind: 'mail' }, act, subject: id });
}
