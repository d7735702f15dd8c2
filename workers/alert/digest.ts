/**
 * The weekly digest: what was expected, and that somebody looked. Queued once for each address in the week after, when the
 * office opens (UTC); which weeks are done stands in a table.
 */
import type { Sql } from '#lib/server/database.ts';
import { deterministicId } from '#lib/server/deterministic-id.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const queueMail = namedSql('alert-queue-mail');
const day = 86_400_000;
const opensAtMs = 7 * 3_600_000;

/** The Monday (UTC) of the last week that is over; a digest goes out from Monday morning on. */
export function lastWeek(now: Date): string {
  const at = new Date(now.getTime() - opensAtMs);
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const sinceMonday = (at.getUTCDay() + 6) % 7;
  return new Date(midnight - (sinceMonday + 7) * day).toISOString().slice(0, 10);
}

/** How many digests were queued now. */
export async function queueDigests(sql: Sql, now: Date): Promise<number> {
  const week = lastWeek(now);
  return sql.begin(async (transaction) => {
    const fresh = await transaction`
      INSERT INTO alert_digest (week) VALUES (${week}) ON CONFLICT DO NOTHING RETURNING week`;
    if (fresh.length === 0) return 0;
    const addresses = await transaction<{ email: string }[]>`
      SELECT DISTINCT email FROM account_watch
      WHERE state = 'confirmed' AND digest AND confirmed_at < ${week}::date + interval '7 days'`;
    const emails = addresses.map(({ email }) => email);
    await transaction.unsafe(queueMail, [
      emails.map((email) => deterministicId('digest-mail', email, week)),
      emails,
      emails.map((email) => JSON.stringify({ digest: { email, week } })),
      emails.map(() => now.toISOString()),
    ]);
    return emails.length;
  });
}
