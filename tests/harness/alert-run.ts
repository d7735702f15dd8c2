/**
 * Alerts on their way to people while workers die, the mail server is away and the queues are emptied: every alert is
 * one row, every mail that is due arrives, and one that arrives twice carries the same Message-ID. Says how many did.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import type { TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { allOnce, KillRun } from './kill-run.ts';
import { startRedis } from './redis.ts';
import { TestSmtp } from './smtp.ts';

export interface AlertTold {
  readonly kills: number;
  /** Of these, so many just when the mail server was taking a mail in. */
  readonly killsAtMail: number;
  readonly flushes: number;
  /** How long no mail server was there, as mails that wait count it: see `passTime`. */
  readonly smtpAwayMs: number;
  /** The most tries that a mail took which waited for it. */
  readonly mostAttempts: number;
  readonly alerts: number;
  readonly mails: number;
  readonly lost: number;
  readonly doubledAlerts: number;
  /** Mails that arrived once more, under the Message-ID they had. */
  readonly repeated: number;
  readonly repeatRate: number;
}
type During = Pick<AlertTold, 'killsAtMail' | 'flushes' | 'smtpAwayMs' | 'mostAttempts'>;

const names = 60;
const mostFlushes = 10;
const [mostRuns, fewestKills] = [3, 30];
const awayMs = 3_600_000;
/** The longest a mail waits for its next try, and some more. */
const longestWaitMs = 5 * 60_000;
const patienceMs = 15 * 60_000;

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
    entriesAKill: 6,
    mostRequests: 12,
    names,
    environment: { SMTP_URL: smtp.url, REDIS_URL: redis.url },
  });
  try {
    const during = await new Siege(database, run, smtp).hold(redis.url, kills, progress);
    await eventually(async () => {
      const counts = await run.counts();
      if (!isDeepStrictEqual({ ...counts }, { ...allOnce(run.appended) }))
        throw new Error(`seed ${run.seed}: ${JSON.stringify(counts)} of ${run.appended}`);
      const left = await waiting(database);
      if (left > 0) throw new Error(`${left} mails have not left`);
    }, patienceMs);
    return { kills, ...during, ...(await reconcile(database, smtp)) };
  } finally {
    await run.close();
    await redis.stop();
    await smtp.stop();
  }
}

/** Several runs at once, each with its own database, queues and mail server: most of a kill is waiting. */
export async function runAlertsAtOnce(
  open: (work: (database: TestDatabase) => Promise<AlertTold>) => Promise<AlertTold>,
  kills: number,
  progress: (done: number) => void,
): Promise<AlertTold & { readonly runs: number }> {
  const runs = Math.max(1, Math.min(mostRuns, Math.floor(kills / fewestKills)));
  let all = 0;
  const told = await Promise.all(
    Array.from({ length: runs }, (_, at) => {
      const share = Math.floor((kills + at) / runs);
      return open((database) => runAlerts(database, share, () => progress(++all)));
    }),
  );
  return { runs, ...told.reduce(together) };
}

function together(one: AlertTold, other: AlertTold): AlertTold {
  const sum = (of: (told: AlertTold) => number): number => of(one) + of(other);
  const [mails, repeated] = [sum((told) => told.mails), sum((told) => told.repeated)];
  return {
    kills: sum((told) => told.kills),
    killsAtMail: sum((told) => told.killsAtMail),
    flushes: sum((told) => told.flushes),
    smtpAwayMs: Math.min(one.smtpAwayMs, other.smtpAwayMs),
    mostAttempts: Math.max(one.mostAttempts, other.mostAttempts),
    alerts: sum((told) => told.alerts),
    mails,
    lost: sum((told) => told.lost),
    doubledAlerts: sum((told) => told.doubledAlerts),
    repeated,
    repeatRate: mails === 0 ? 0 : repeated / mails,
  };
}

class Siege {
  private readonly database: TestDatabase;
  private readonly run: KillRun;
  private readonly smtp: TestSmtp;
  private killsAtMail = 0;

  constructor(database: TestDatabase, run: KillRun, smtp: TestSmtp) {
    this.database = database;
    this.run = run;
    this.smtp = smtp;
  }

  async hold(redisUrl: string, kills: number, progress: (done: number) => void): Promise<During> {
    const [goes, comes] = [Math.ceil(kills / 3), Math.ceil((2 * kills) / 3)];
    const everyKills = Math.max(1, Math.floor(kills / mostFlushes));
    const queues = new Redis(redisUrl);
    let [flushes, wentAt, smtpAwayMs, mostAttempts] = [0, 0, 0, 0];
    for (let done = 1; done <= kills; done++) {
      await this.kill(done);
      if (done === goes) {
        await this.smtp.stop();
        wentAt = Date.now();
      }
      if (done > goes && done <= comes) smtpAwayMs += await this.passTime(awayMs / (comes - goes));
      if (done === comes) {
        smtpAwayMs += Date.now() - wentAt;
        mostAttempts = await this.triedAgain();
        await this.smtp.start();
        await this.passTime(longestWaitMs);
      }
      if (done % everyKills === 0 && flushes < mostFlushes) {
        await queues.flushall();
        flushes++;
      }
      progress(done);
    }
    await queues.quit();
    return { killsAtMail: this.killsAtMail, flushes, smtpAwayMs: Math.round(smtpAwayMs), mostAttempts };
  }

  /** Every other one, while mail goes out, at the moment when a mail was accepted and nobody has noted so yet. */
  private async kill(done: number): Promise<void> {
    if (done % 2 === 0 || !this.smtp.isUp) return this.run.kill();
    this.killsAtMail++;
    const taken = new Promise<void>((resolve) => {
      this.smtp.accept = () => resolve();
    });
    await this.run.kill(() => taken);
  }

  /**
   * An hour goes by for the mails that wait, not for us: all their moments move into the past. When they are tried again
   * is decided by the workers, from the times in the table, as ever.
   */
  private async passTime(ms: number): Promise<number> {
    const span = `${Math.round(ms)} milliseconds`;
    await this.database.sql`
      UPDATE mail_outbox
      SET created_at = created_at - ${span}::interval, next_at = next_at - ${span}::interval
      WHERE state = 'queued' AND NOT (message ? 'summary')`;
    return ms;
  }

  /** The last hour has only just gone by: whoever is due is given a minute to be tried again. */
  private async triedAgain(): Promise<number> {
    const deadline = Date.now() + 60_000;
    let most = await this.mostAttempts();
    while (most < 2 && Date.now() < deadline) {
      await sleep(100);
      most = await this.mostAttempts();
    }
    return most;
  }

  private async mostAttempts(): Promise<number> {
    const [row] = await this.database.sql<{ most: number }[]>`
      SELECT coalesce(max(attempts), 0)::int AS most FROM mail_outbox WHERE state = 'queued'`;
    return row?.most ?? 0;
  }
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
): Promise<Omit<AlertTold, 'kills' | keyof During>> {
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
