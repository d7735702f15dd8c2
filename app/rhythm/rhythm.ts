/**
 * The rhythm of an identity: on which days and at which hours of the day it signed, and which of it is unusual: a first
 * signature from a source, by a workflow or by a trigger, and an hour that is outside the usual ones. What is drawn, what
 * is listed and what stands beside a signature are decided here, so that they say the same.
 */
import { wallClock } from '../clock/zone.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const rhythmDays = 90;
/** With fewer days there are no habits to depart from. */
const daysForHabit = 10;

export interface EntryRef {
  readonly log: string;
  readonly index: number;
}

export interface SeenHour {
  readonly hour: Date;
  readonly signatures: number;
  readonly entry: EntryRef;
}

export interface FirstSigning {
  readonly kind: 'source' | 'workflow' | 'trigger';
  readonly at: Date;
  readonly entry: EntryRef;
  /** The repository, or who vouched for the login, empty for a bare key; the workflow; the trigger. */
  readonly name: string;
  /** The first of so many only: there are older ones, which were not looked at. */
  readonly newestOf?: number | undefined;
}

export interface RhythmMark {
  /** From the first day of the strip. */
  readonly day: number;
  readonly hour: number;
  readonly signatures: number;
  readonly entry: EntryRef;
  /** First signatures of their kind within this hour. */
  readonly firsts: readonly FirstSigning[];
  readonly outsideHours: boolean;
}

export type Habit =
  /** Hours of the day, in order. */
  | { readonly kind: 'hours'; readonly hours: readonly number[] }
  | { readonly kind: 'too-few' }
  | { readonly kind: 'all-hours' };

export interface Rhythm {
  /** By whose clock; UTC if undefined. */
  readonly zone: string | undefined;
  /** As a clock on the wall there shows it, as if it were UTC. */
  readonly firstDay: Date;
  readonly marks: readonly RhythmMark[];
  readonly habit: Habit;
  readonly activeDays: number;
}

/** Midnight of the first of the strip's days; the last is today. */
export function firstDayOf(now: Date): Date {
  return new Date((Math.floor(now.getTime() / dayMs) - rhythmDays + 1) * dayMs);
}

export function rhythmOf(
  hours: readonly SeenHour[],
  firsts: readonly FirstSigning[],
  now: Date,
  zone?: string,
): Rhythm {
  const firstDay = firstDayOf(wallClock(now, zone));
  const marks = new Map<number, Omit<RhythmMark, 'outsideHours'>>();
  const placeOf = (at: Date) => Math.floor((wallClock(at, zone).getTime() - firstDay.getTime()) / hourMs);
  const inStrip = (place: number) => place >= 0 && place < rhythmDays * 24;
  const put = (place: number, mark: Pick<RhythmMark, 'signatures' | 'entry' | 'firsts'>) =>
    inStrip(place) && marks.set(place, { day: Math.floor(place / 24), hour: place % 24, ...mark });
  for (const { hour, signatures, entry } of hours) {
    // Where clocks are put back, an hour comes twice.
    const before = marks.get(placeOf(hour))?.signatures ?? 0;
    put(placeOf(hour), { signatures: before + signatures, entry, firsts: [] });
  }
  for (const first of firsts) {
    const known = marks.get(placeOf(first.at)) ?? { signatures: 1, entry: first.entry, firsts: [] };
    put(placeOf(first.at), { ...known, entry: first.entry, firsts: [...known.firsts, first] });
  }
  const placed = [...marks].sort(([a], [b]) => a - b).map(([, mark]) => mark);
  const habit = habitOf(placed);
  return {
    zone,
    firstDay,
    habit,
    activeDays: new Set(placed.map(({ day }) => day)).size,
    marks: placed.map((mark) => ({
      ...mark,
      outsideHours: habit.kind === 'hours' && !habit.hours.includes(mark.hour),
    })),
  };
}

/**
 * An hour of the day is usual when it and the two beside it hold signatures on more than one in ten of the days with any.
 * Who keeps to no hours (fewer than four in five marks at a usual one) has none that are unusual.
 */
export function habitOf(marks: readonly Pick<RhythmMark, 'day' | 'hour'>[]): Habit {
  const activeDays = new Set(marks.map(({ day }) => day)).size;
  if (activeDays < daysForHabit) return { kind: 'too-few' };
  const daysAt = Array.from({ length: 24 }, () => new Set<number>());
  for (const { day, hour } of marks)
    for (const near of [hour + 23, hour, hour + 1]) daysAt[near % 24]?.add(day);
  const hours = daysAt.flatMap((days, hour) => (days.size * 10 > activeDays ? [hour] : []));
  const usual = marks.filter(({ hour }) => hours.includes(hour)).length;
  return usual * 5 < marks.length * 4 || hours.length === 24
    ? { kind: 'all-hours' }
    : { kind: 'hours', hours };
}

export function isUnusual({ firsts, outsideHours }: Unusual): boolean {
  return firsts.length > 0 || outsideHours;
}

export type Unusual = Pick<RhythmMark, 'firsts' | 'outsideHours'>;

/** What is unusual about one signature, as its mark in the strip has it; undefined when nothing is. */
export function unusualIn({
  marks,
  zone,
  firstDay,
}: Rhythm): (entry: EntryRef, at: Date) => Unusual | undefined {
  const byHour = new Map(marks.filter(isUnusual).map((mark) => [mark.day * 24 + mark.hour, mark]));
  return ({ log, index }, at) => {
    const mark = byHour.get(Math.floor((wallClock(at, zone).getTime() - firstDay.getTime()) / hourMs));
    if (mark === undefined) return undefined;
    const firsts = mark.firsts.filter(({ entry }) => entry.log === log && entry.index === index);
    return mark.outsideHours || firsts.length > 0 ? { firsts, outsideHours: mark.outsideHours } : undefined;
  };
}

/** Hours as spans of the clock, around midnight: 22:00 to 02:00. */
export function hourSpans(hours: readonly number[]): string[] {
  const has = (hour: number) => hours.includes((hour + 24) % 24);
  return hours
    .filter((hour) => !has(hour - 1))
    .map((start) => {
      let end = start + 1;
      while (has(end) && end - start < 24) end++;
      return `${clock(start)} to ${clock(end % 24)}`;
    });
}

export function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

export function dayOf({ firstDay }: Pick<Rhythm, 'firstDay'>, day: number): Date {
  return new Date(firstDay.getTime() + day * dayMs);
}
