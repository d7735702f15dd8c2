/** The database and the mail that waits in it. The doctor only reads. */
import type { Config } from '../../server/config.ts';
import { openSql, type Sql } from '../../server/database.ts';
import { namedSql } from '../../server/named-sql.ts';
import { runningDatabase } from '../running-database.ts';
import { examine, Ill, span, type Finding } from './finding.ts';

const waitingMs = 120_000;

export async function examineDatabase(config: Config): Promise<Finding[]> {
  const url = runningDatabase(config);
  if (url === undefined) {
    const said = 'Not looked at: DATABASE_URL is not set and no embedded database runs here.';
    return [{ check: 'database', verdict: 'skipped', said }];
  }
  const sql = openSql(url, { max: 1, name: 'doctor' });
  try {
    const database = await examine('database', () => sayDatabase(sql));
    return database.verdict === 'well'
      ? [database, await examine('mail', () => sayMail(sql)), await examine('index', () => sayIndex(sql))]
      : [database];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function sayDatabase(sql: Sql): Promise<string> {
  const started = performance.now();
  try {
    const [answer] = await sql<{ version: string }[]>`SELECT current_setting('server_version') AS version`;
    return `PostgreSQL ${answer?.version ?? ''} answers in ${Math.round(performance.now() - started)} ms.`;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown';
    throw new Ill(`The database does not answer: ${why}.`, 'Start it, or correct DATABASE_URL.');
  }
}

async function sayMail(sql: Sql): Promise<string> {
  const [outbox] = await sql.unsafe<{ oldestMs: number | null; failed: bigint; lastError: string | null }[]>(
    namedSql('look-at-outbox'),
  );
  const lastError = outbox?.lastError ?? undefined;
  const why = lastError === undefined ? '' : ` The last failure: ${lastError}.`;
  const oldest = Number(outbox?.oldestMs ?? 0);
  if (oldest > waitingMs) {
    throw new Ill(
      `A mail has waited for ${span(oldest)}.${why}`,
      'Start the workers, and see that SMTP_URL takes mail.',
    );
  }
  const failed = Number(outbox?.failed ?? 0);
  if (failed > 0) {
    throw new Ill(
      `${failed} mail(s) were given up in the last day.${why}`,
      'Correct SMTP_URL or MAIL_FROM.',
      'warning',
    );
  }
  return 'No mail waits.';
}

/** What an upgrade has left to do. */
async function sayIndex(sql: Sql): Promise<string> {
  const [row] = await sql<{ left: string }[]>`
    SELECT coalesce(sum(reread_until - reread_from), 0)::text AS left FROM monitor_log`;
  const left = row?.left ?? '0';
  if (left === '0') return 'Every entry is indexed by all that is known of it.';
  throw new Ill(
    `${left} entries indexed by an earlier version are being read again; until then some are not found by repository or fingerprint.`,
    'Keep the workers running, and see on /logs how it goes on.',
    'warning',
  );
}
