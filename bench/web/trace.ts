/** The measures of a page load (web.dev/vitals) read off Chromium's own trace events. */
export interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, as `dur`. */
  readonly ts: number;
  readonly dur?: number;
  readonly args: {
    readonly data?: {
      readonly documentLoaderURL?: string;
      readonly isOutermostMainFrame?: boolean;
      readonly weighted_score_delta?: number;
      readonly had_recent_input?: boolean;
    };
  };
}

export interface PageMeasures {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly layoutShift: number;
  /** What tasks after the first paint took beyond 50 ms each. */
  readonly blockedMs: number;
}

const longTaskUs = 50_000;

export function measuresOf(events: readonly TraceEvent[], url: string): PageMeasures {
  const start = events.find(
    ({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL === url,
  );
  if (start === undefined) throw new Error('the trace holds no navigation to the page');
  const own = events.filter(({ pid, ts }) => pid === start.pid && ts >= start.ts);
  const named = (name: string) => own.filter((event) => event.name === name);
  const firstPaint = named('firstContentfulPaint')[0];
  const largest = named('largestContentfulPaint::Candidate').at(-1);
  if (firstPaint === undefined || largest === undefined) throw new Error('the trace holds no paint');
  const sinceStart = ({ ts }: TraceEvent) => Math.round((ts - start.ts) / 1000);
  const shifts = named('LayoutShift').filter(({ args }) => args.data?.had_recent_input !== true);
  const tasks = named('RunTask').filter(({ tid }) => tid === firstPaint.tid);
  return {
    firstPaintMs: sinceStart(firstPaint),
    largestPaintMs: sinceStart(largest),
    layoutShift: thousandths(
      shifts.reduce((sum, { args }) => sum + (args.data?.weighted_score_delta ?? 0), 0),
    ),
    blockedMs: Math.round(tasks.reduce((sum, task) => sum + blockedUs(task, firstPaint.ts), 0) / 1000),
  };
}

/** Of a task that began before the first paint, what of it came after. */
function blockedUs({ ts, dur = 0 }: TraceEvent, from: number): number {
  return Math.max(0, dur - Math.max(0, from - ts) - longTaskUs);
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
