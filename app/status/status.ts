/** How this instance is, found out at most every few seconds however many ask: by the page and by the API alike. */
import type { Sql } from '#lib/server/database.ts';
import { readParts, type Reached } from './parts.ts';
import type { PartState, Status, StatusDay } from './schemas.ts';

export interface StatusSources {
  readonly sql: Sql;
  readonly statement: (name: string) => string;
  readonly now: () => Date;
  /** Does the service at this address say that it serves? Never throws. */
  readonly answers: (baseUrl: string) => Promise<boolean>;
  readonly config: {
    readonly ca: { readonly url: string };
    readonly log: { readonly url: string };
    readonly smtpUrl: string | undefined;
  };
}

const keptMs = 5_000;

export function statusReader(sources: StatusSources): () => Promise<Status> {
  let kept: { readonly until: number; readonly status: Promise<Status> } | undefined;
  return async () => {
    const now = sources.now().getTime();
    if (kept === undefined || kept.until <= now || now < kept.until - keptMs) {
      const status = readStatus(sources);
      kept = { until: now + keptMs, status };
      status.catch(() => (kept = undefined));
    }
    return kept.status;
  };
}

async function readStatus({ sql, statement, now, answers, config }: StatusSources): Promise<Status> {
  const at = now();
  const [ca, log] = await Promise.all([answers(config.ca.url), answers(config.log.url)]);
  const reached: Reached = { ca, log };
  const [parts, [canary], [incidents], days] = await Promise.all([
    readParts(sql, at, reached, config.smtpUrl !== undefined),
    sql<{ asked: Date; seconds: number | null }[]>`
      SELECT asked_at AS asked, extract(epoch FROM seen_at - coalesce(acknowledged_at, asked_at))::float8 AS seconds
      FROM monitor_canary ORDER BY asked_at DESC LIMIT 1`,
    sql<{ open: number }[]>`SELECT count(*)::int AS open FROM monitor_incident WHERE resolved_at IS NULL`,
    sql.unsafe<DayRow[]>(statement('status-days'), [at.toISOString()]),
  ]);
  return {
    at: at.toISOString(),
    state: worst(parts.filter((part) => part.log === null).map(({ state }) => state)),
    parts,
    canary: canary === undefined ? null : { askedAt: canary.asked.toISOString(), seconds: canary.seconds },
    openIncidents: incidents?.open ?? 0,
    days: days.map(dayOf),
  };
}

interface DayRow {
  readonly day: string;
  readonly watched: number;
  readonly slots: number;
  readonly asked: number;
  readonly seen: number;
  readonly incidents: number;
}

export function dayOf({ day, watched, slots, asked, seen, incidents }: DayRow): StatusDay {
  const share = slots === 0 ? null : Math.min(1, watched / slots);
  return { day, watched: share, canaries: asked, canariesSeen: seen, incidents };
}

/** What is not known makes nothing worse. */
const order: readonly PartState[] = ['down', 'troubled', 'working'];

export function worst(states: readonly PartState[]): PartState {
  return order.find((state) => states.includes(state)) ?? 'unknown';
}
