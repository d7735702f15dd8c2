/** What is done to a watch and the record of it are one transaction. */
import type { Transaction } from '#lib/server/database.ts';
import { recordAct, type Act } from '../../account/audit.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

/** For watches without a team nobody keeps a record. */
export async function recordFor(
  transaction: Transaction,
  { id, teamId, who }: Pick<OwnWatch, 'id' | 'teamId' | 'who'>,
  act: Act,
): Promise<void> {
  if (teamId !== null) await recordAct(transaction, { teamId, actor: who.actor, act, subject: id });
}

/** Records `act` unless `does` gives undefined, which says that nothing was done. */
export async function doneAndRecorded<T>(
  { sql }: Pick<Dependencies, 'sql'>,
  watch: OwnWatch,
  act: Act,
  does: (transaction: Transaction) => Promise<T | undefined>,
): Promise<T | undefined> {
  const done = await sql.begin(async (transaction) => {
    const result = await does(transaction);
    if (result !== undefined) await recordFor(transaction, watch, act);
    return { result };
  });
  return done.result;
}
