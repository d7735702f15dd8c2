/**
 * When an alert is told: what is grave at once, what is merely notable at the end of the hour when the owner has said what
 * to expect, and nothing but contradictions in the owner's quiet hours.
 */
import type { Reason, Verdict } from './verdict.ts';

export interface Pace {
  readonly notable: 'at-once' | 'hourly';
  /** Whether a digest is sent every week. */
  readonly digest: boolean;
  readonly quiet: QuietHours | undefined;
}

/** From one hour to another, over midnight when `from` is the later; of the clock in an IANA time zone. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
  readonly zone: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Milliseconds since 1970; never before `now`. */
export function dueAt(verdict: Verdict, { notable, quiet }: Pace, now: number): number {
  if (verdict === 'contradiction') return now;
  const wanted = verdict === 'notable' && notable === 'hourly' ? endOfHour(now) : now;
  return quiet === undefined ? wanted : afterQuiet(quiet, wanted);
}

const forDigest: ReadonlySet<string> = new Set(['look-alike', 'near-name']);

/** Told in the week's digest and in no message of its own: that a name like this one signs something else. */
export function waitsForDigest(
  { verdict, reasons }: { readonly verdict: Verdict; readonly reasons: readonly Reason[] },
  { digest }: Pace,
): boolean {
  return digest && verdict === 'notable' && reasons.every(({ rule }) => forDigest.has(rule));
}

function endOfHour(now: number): number {
  return (Math.floor(now / hourMs) + 1) * hourMs;
}

function afterQuiet({ from, until, zone }: QuietHours, at: number): number {
  const minute = minuteOfDay(at, zone);
  if (minute === undefined || from === until) return at;
  const isQuiet =
    from < until ? minute >= from * 60 && minute < until * 60 : minute >= from * 60 || minute < until * 60;
  if (!isQuiet) return at;
  const left = (until * 60 - minute + 24 * 60) % (24 * 60);
  return Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
}

/** Undefined for a zone this machine does not know: then no hour is quiet. */
function minuteOfDay(at: number, timeZone: string): number | undefined {
  try {
    const clock = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    });
    const [hour = '', minute = ''] = clock.format(at).split(':');
    return Number(hour) * 60 + Number(minute);
  } catch {
    return undefined;
  }
}

export function isTimeZone(zone: string): boolean {
  return minuteOfDay(0, zone) !== undefined;
}
