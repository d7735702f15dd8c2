import type { Sql } from '#lib/server/database.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * A number, and how far it was counted, out of one state of the database: the monitor writes between any two questions, and
 * an answer must not say more, or less, than its stamp. For reading only.
 */
export async function inOneSnapshot<T, Reads extends Pick<Dependencies, 'sql'>>(
  deps: Reads,
  read: (deps: Reads) => Promise<T>,
): Promise<T> {
  const answer = await deps.sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (transaction) => ({
    // Questions are asked of a transaction in the same words.
    read: await read({ ...deps, sql: transaction as unknown as Sql }),
  }));
  return answer.read as T;
}
