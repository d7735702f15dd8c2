/** The parts of this instance, each with what it was last known to do. */
import type { Sql } from '#lib/server/database.ts';
import { logState } from '../logs/log-state.ts';
import { duration, plural, timeAgo } from '../ui/time.ts';
import type { PartState, StatusPart } from './schemas.ts';

/** As in health.ts: workers say many times a minute that they run. */
const silenceMs = 20_000;
/** Mail and deliveries are due within seconds. */
const lateMs = 300_000;

export interface Reached {
  readonly ca: boolean;
  readonly log: boolean;
}

type Part = StatusPart;
const part = (name: string, state: PartState, words: string, log: string | null = null): Part => ({
  name,
  state,
  words,
  log,
});

export async function readParts(sql: Sql, now: Date, reached: Reached, sendsMail: boolean): Promise<Part[]> {
  return [
    part('Pages and API', 'working', 'You are reading them.'),
    part('Database', 'working', 'It answered.'),
    answering('Certificate authority', reached.ca),
    answering('Our logs', reached.log),
    await workers(sql, now),
    await canary(sql, now),
    await mail(sql, now, sendsMail),
    await channels(sql, now),
    ...(await followed(sql)),
  ];
}

function answering(name: string, answers: boolean): Part {
  return answers
    ? part(name, 'working', 'It says that it serves.')
    : part(name, 'down', 'It does not answer, or says that it does not serve.');
}

async function workers(sql: Sql, now: Date): Promise<Part> {
  const [row] = await sql<{ at: Date | null }[]>`SELECT max(beat_at) AS at FROM monitor_worker`;
  const name = 'Monitor';
  if (row === undefined || row.at === null)
    return part(name, 'down', 'It has not run yet: no log is followed.');
  const silent = now.getTime() - row.at.getTime();
  return silent > silenceMs
    ? part(name, 'down', `Not heard of for ${duration(silent / 1000)}: no log is followed.`)
    : part(name, 'working', 'It follows the logs.');
}

async function canary(sql: Sql, now: Date): Promise<Part> {
  const [row] = await sql<{ asked: Date; seconds: number | null }[]>`
    SELECT asked_at AS asked, extract(epoch FROM seen_at - coalesce(acknowledged_at, asked_at))::float8 AS seconds FROM monitor_canary
    WHERE seen_at IS NOT NULL OR asked_at < ${new Date(now.getTime() - 60_000)} ORDER BY asked_at DESC LIMIT 1`;
  const name = 'Alerts';
  if (row === undefined) return part(name, 'unknown', 'No signature of our own has tried them yet.');
  return row.seconds === null
    ? part(name, 'down', 'The last signature we made ourselves was not seen.')
    : part(
        name,
        'working',
        `Our own last signature, ${timeAgo(row.asked, now)}, was seen after ${duration(row.seconds)}.`,
      );
}

/** What is planned for later (summaries of an hour, quiet hours) is late only once its time has come. */
async function mail(sql: Sql, now: Date, sendsMail: boolean): Promise<Part> {
  const [row] = await sql<{ late: number; failed: number }[]>`
    SELECT count(*) FILTER (WHERE state = 'queued'
        AND CASE attempts WHEN 0 THEN next_at ELSE created_at END < ${new Date(now.getTime() - lateMs)})::int AS late,
      count(*) FILTER (WHERE state = 'failed' AND created_at > ${new Date(now.getTime() - 86_400_000)})::int AS failed
    FROM mail_outbox WHERE state <> 'sent'`;
  return delivering(
    'Mail',
    row,
    sendsMail ? 'Nothing waits.' : 'Nothing waits. No mail leaves this machine: it is a demonstration.',
  );
}

async function channels(sql: Sql, now: Date): Promise<Part> {
  const [row] = await sql<{ late: number; failed: number }[]>`
    SELECT count(*) FILTER (WHERE state = 'queued' AND attempts = 0
        AND next_at < ${new Date(now.getTime() - lateMs)})::int AS late,
      count(*) FILTER (WHERE state = 'failed' AND created_at > ${new Date(now.getTime() - 86_400_000)})::int AS failed
    FROM alert_delivery WHERE state IN ('queued', 'failed')`;
  return delivering('Webhooks and chats', row, 'Nothing waits.');
}

function delivering(name: string, row: { late: number; failed: number } | undefined, calm: string): Part {
  const { late = 0, failed = 0 } = row ?? {};
  const given = failed === 0 ? '' : ` ${plural(failed, 'message')} given up within a day.`;
  if (late > 0)
    return part(name, 'troubled', `${plural(late, 'message')} waiting for over five minutes.${given}`);
  return part(name, 'working', calm + given);
}

const states: Readonly<Record<string, PartState>> = {
  good: 'working',
  notable: 'troubled',
  warn: 'troubled',
  bad: 'down',
  quiet: 'unknown',
};

async function followed(sql: Sql): Promise<Part[]> {
  const rows = await sql<{ id: string; name: string; state: string; size: bigint }[]>`
    SELECT id, name, state, verified_size AS size FROM monitor_log WHERE state <> 'retired' ORDER BY kind DESC, id`;
  return rows.map((log) => {
    const { tone, word } = logState(log);
    const words = `${word}: ${plural(log.size, 'entry', 'entries')}.`;
    return part(log.name, states[tone] ?? 'unknown', words, log.id);
  });
}
