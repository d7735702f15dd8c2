/** What the status page says of messages: late is what should have left, not what is planned for later. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { readParts } from '#app/status/parts.ts';
import { freshDatabase } from '#tests/harness/database.ts';

const { sql } = await freshDatabase();
const stateOf = async (name: string) =>
  (await readParts(sql, new Date(), { ca: true, log: true }, true)).find((part) => part.name === name)?.state;

async function mail(attempts: number, nextAt: string): Promise<void> {
  const id = randomUUID();
  await sql`DELETE FROM mail_outbox`;
  await sql`
    INSERT INTO mail_outbox (id, kind, recipient, message_id, message, attempts, created_at, next_at)
    VALUES (${id}, 'alert', 'a@example.com', ${id}, '{}', ${attempts}, now() - interval '40 minutes',
      now() + ${nextAt}::interval)`;
}

it('calls a summary that is planned for later no trouble, and one that should have left one', async () => {
  await mail(0, '20 minutes');
  expect(await stateOf('Mail')).toBe('working');
  await mail(0, '-6 minutes');
  expect(await stateOf('Mail')).toBe('troubled');
  await mail(3, '20 minutes');
  expect(await stateOf('Mail')).toBe('troubled');
});

it('does the same for webhooks and chats', async () => {
  const [id, channel] = [randomUUID(), randomUUID()];
  await sql`
    INSERT INTO alert_delivery (id, channel_id, kind, webhook_id, created_at, next_at)
    VALUES (${id}, ${channel}, 'alert', 'msg_1', now() - interval '40 minutes', now() + interval '1 hour')`;
  expect(await stateOf('Webhooks and chats')).toBe('working');
  await sql`UPDATE alert_delivery SET next_at = now() - interval '6 minutes'`;
  expect(await stateOf('Webhooks and chats')).toBe('troubled');
});
