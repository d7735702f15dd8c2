/** Mails on their way out, as workers send them, into the hands of a test. */
import { createLogger } from '#lib/server/logger.ts';
import type { OutgoingMail } from '#lib/server/mail/transport.ts';
import { deliver, type DeliveryDependencies } from '#workers/alert/deliver.ts';
import type { TestDatabase } from './database.ts';

/** Everything that is due leaves, for one reader or for all; gives what left, in no order. */
export async function sendDueMails(
  { sql }: TestDatabase,
  recipient?: string,
  change: Pick<DeliveryDependencies, 'stopPath'> & { readonly webUrl?: string } = {},
): Promise<OutgoingMail[]> {
  const sent: OutgoingMail[] = [];
  const transport = {
    send: (mail: OutgoingMail) => Promise.resolve(void sent.push(mail)),
    close: () => undefined,
  };
  const logger = createLogger('workers', 'silent');
  const parts = { sql, transport, logger, from: 'x@watch.example', webUrl: 'https://watch.example' };
  const due = await sql<{ id: string }[]>`
    SELECT id FROM mail_outbox
    WHERE state = 'queued' AND next_at <= now() AND (${recipient ?? null}::text IS NULL OR recipient = ${recipient ?? null})`;
  for (const { id } of due) await deliver({ ...parts, ...change }, id);
  return sent;
}
