/** A test of all ways at once, along the path of every alert: the outbox and the deliveries, and workers do the rest. */
import type { Transaction } from '#lib/server/database.ts';
import { queueTestOfWatch } from '#lib/server/mail/outbox.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';
import { waysAskedAnHour } from './channel-refusal.ts';
import { mayAsk, queueTest, type Outcome } from './channel-acts.ts';

export async function testWatch(
  transaction: Transaction,
  deps: Pick<Dependencies, 'statement'>,
  { id: watchId, email }: Pick<OwnWatch, 'id' | 'email'>,
): Promise<Outcome> {
  if (!(await mayAsk(transaction, deps, `test ${watchId}`, waysAskedAnHour))) return 'too-often';
  await queueTestOfWatch(transaction, watchId, email);
  const channels = await transaction<{ id: string }[]>`
    SELECT id FROM account_channel
    WHERE watch_id = ${watchId} AND ended_at IS NULL AND confirmed_at IS NOT NULL`;
  for (const { id } of channels) await queueTest(transaction, deps, id);
  return 'queued';
}
