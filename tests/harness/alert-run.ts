/**
 * Alerts on their way to people while workers die, the mail server is away and the queues are emptied: every alert is
 * one row, every mail that is due arrives, and one that arrives twice carries the same Message-ID. Says how many did.
 */
import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import type { TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { allOnce, KillRun } from './kill-run.ts';
import { startRedis } from './redis.ts';
import { TestSmtp } from './smtp.ts';

export interface AlertTold {
  readonly kills: number;
  readonly flushes: number;
  readonly smtpAwayMs: number;
  readonly alerts: number;
  readonly mails: number;
  readonly lost: number;
  readonly doubledAlerts: number;
  /** Mails that arrived once more, under the Message-ID they had. */
  readonly repeated: number;
  readonly repeatRate: number;
}

const names = 60;
const mostFlushes = 10;
/** The longest a mail waits for its next try, and some more. */
const patienceMs = 7 * 60_000;

/** Needs redis-server. */
export async function runAlerts(
  database: TestDatabase,
  kills: number,
  progress: (done: number) => void = () => undefined,
): Promise<AlertTold> {
  const smtp = await TestSmtp.create();
  await smtp.start();
  const redis = await startRedis();
  const run = await KillRun.open(database, {
    entriesAKill: 10,
    names,
    environment: { SMTP_URL: smtp.url, REDIS_URL: redis.url },
  });
  try {
    const away = await during(run, smtp, redis.url, kills, progress);
    await eventually(async () => {
      const counts = await run.counts();
      if (!isDeepStrictEqual({ ...counts }, { ...allOnce(run.appended) }))
        throw new Error(`seed ${run.seed}: ${JSON.stringify(counts)} of ${run.appended}`);
      const left = await waiting(database);
      if (left > 0) throw new Error(`${left} mails have not left`);
    }, patienceMs);
    return { kills, ...away, ...(await reconcile(database, smtp)) };
  } finally {
    await run.close();
    await redis.stop();
    await smtp.stop();
  }
}

async function during(
  run: KillRun,
  smtp: TestSmtp,
  redisUrl: string,
  kills: number,
  progress: (done: number) => void,
): Promise<{ flushes: number; smtpAwayMs: number }> {
  const [goes, comes] = [Math.ceil(kills / 3), Math.ceil((2 * kills) / 3)];
  const everyKills = Math.max(1, Math.floor(kills / mostFlushes));
  const queues = new Redis(redisUrl);
  let flushes = 0;
  let wentAt = 0;
  let smtpAwayMs = 0;
  for (let done = 1; done <= kills; done++) {
    await run.kill();
    if (done === goes) {
      await smtp.stop();
      wentAt = Date.now();
    }
    if (done === comes) {
      smtpAwayMs = Date.now() - wentAt;
      await smtp.start();
    }
    if (done % everyKills === 0 && flushes < mostFlushes) {
      await queues.flushall();
      flushes++;
    }
    progress(done);
  }
  await queues.quit();
  return { flushes, smtpAwayMs };
}

async function waiting({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql<{ left: number }[]>`
    SELECT count(*)::int AS left FROM mail_outbox
    WHERE state = 'queued' AND NOT (message ? 'summary' AND attempts = 0)`;
  return row?.left ?? 0;
}

/** Every alert has its mail, every mail that left has arrived, and nothing arrived that is not on record. */
async function reconcile(
  { sql }: TestDatabase,
  smtp: TestSmtp,
): Promise<Omit<AlertTold, 'kills' | 'flushes' | 'smtpAwayMs'>> {
  const sent = await sql<{ message_id: string }[]>`SELECT message_id FROM mail_outbox WHERE state = 'sent'`;
  const [alerts] = await sql<{ count: number; orphans: number; rows: number }[]>`
    SELECT count(DISTINCT (watch_id, log_id, entry_index))::int AS count, count(*)::int AS rows,
      count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM mail_outbox mail WHERE mail.id = alert_alert.mail_id))::int AS orphans
    FROM alert_alert`;
  const arrived = smtp.received.map(({ parsed }) => parsed.messageId ?? '');
  const distinct = new Set(arrived);
  const known = new Set(sent.map(({ message_id: id }) => id));
  const lost = [...known].filter((id) => !distinct.has(id)).length + (alerts?.orphans ?? 0);
  const strange = [...distinct].filter((id) => !known.has(id));
  if (strange.length > 0) throw new Error(`mails that nobody queued: ${strange.join(', ')}`);
  const repeated = arrived.length - distinct.size;
  return {
    alerts: alerts?.count ?? 0,
    mails: distinct.size,
    lost,
    doubledAlerts: (alerts?.rows ?? 0) - (alerts?.count ?? 0),
    repeated,
    repeatRate: distinct.size === 0 ? 0 : repeated / distinct.size,
  };
}
