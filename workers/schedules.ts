/**
 * What repeats, and how often. Compared with the queues again and again: a queue that was flushed, a log that was added
 * or a repetition that broke off with its worker comes to life within seconds.
 */
import type { Sql } from '#lib/server/database.ts';
import type { JobQueue } from '#lib/server/queue.ts';
import type { sweeps } from './queues.ts';

export interface Schedule<Data extends object> {
  readonly everyMs: number;
  readonly data: Data;
}

const minuteMs = 60_000;
/** A repetition this far behind its time has broken off. */
const patienceMs = 5_000;

export async function keepRepeating<Data extends object>(
  queue: Pick<JobQueue<Data>, 'repeat' | 'repeating' | 'stopRepeating'>,
  wanted: ReadonlyMap<string, Schedule<Data>>,
): Promise<void> {
  const known = new Map((await queue.repeating()).map((repetition) => [repetition.key, repetition]));
  for (const [key, { everyMs, data }] of wanted) {
    const found = known.get(key);
    const isAlive = found !== undefined && found.nextAt > Date.now() - patienceMs - everyMs;
    if (!isAlive || found.everyMs !== everyMs) await queue.repeat(key, everyMs, data);
  }
  for (const key of known.keys()) if (!wanted.has(key)) await queue.stopRepeating(key);
}

export async function looksOf(
  sql: Sql,
  { pollMs, othersPollMs }: { pollMs: number; othersPollMs: number },
): Promise<Map<string, Schedule<{ logId: string }>>> {
  // Of a family are those of LOGS_FILE, which others run.
  const logs = await sql<{ id: string; is_own: boolean }[]>`
    SELECT id, family = '' AS is_own FROM monitor_log WHERE state <> 'retired'`;
  return new Map(
    logs.map(({ id, is_own: isOwn }) => [
      id,
      { everyMs: isOwn ? pollMs : Math.max(pollMs, othersPollMs), data: { logId: id } },
    ]),
  );
}

type Sweep = { task: (typeof sweeps)[number] };

export function sweepsOf(settings: { sweepMs: number; unusedAfterMs: number }): Map<string, Schedule<Sweep>> {
  const { sweepMs, unusedAfterMs } = settings;
  return new Map([
    ['mail', { everyMs: sweepMs, data: { task: 'mail' } }],
    ['channels', { everyMs: Math.min(sweepMs, 1_000), data: { task: 'channels' } }],
    [
      'unused-certificates',
      { everyMs: Math.max(unusedAfterMs / 20, 200), data: { task: 'unused-certificates' } },
    ],
    ['unanswered', { everyMs: minuteMs, data: { task: 'unanswered' } }],
    ['intents', { everyMs: minuteMs, data: { task: 'intents' } }],
    ['digests', { everyMs: 10 * minuteMs, data: { task: 'digests' } }],
  ]);
}
