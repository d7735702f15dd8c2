/** Times and numbers in words. UTC unless a reader chose otherwise: two people who compare notes must read the same. */
interface Clock {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
}

function makeClock(timeZone: string): Clock {
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;
  return {
    day: new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short', year: 'numeric' }),
    time: new Intl.DateTimeFormat('en-GB', { timeZone, ...time }),
  };
}

const utc = makeClock('UTC');
/** Making one costs far more than using it; zones are those that isZone knows. */
const clocks = new Map<string, Clock>();
const count = new Intl.NumberFormat('en-GB');

const steps = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const;

export function exactTime(at: Date, zone?: string): string {
  const { day, time } = zone === undefined ? utc : clockOf(zone);
  return `${day.format(at)}, ${time.format(at)}`;
}

function clockOf(zone: string): Clock {
  const clock = clocks.get(zone) ?? makeClock(zone);
  clocks.set(zone, clock);
  return clock;
}

export function timeAgo(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const step = steps.find((candidate) => seconds >= candidate.seconds);
  return step === undefined ? 'just now' : `${plural(Math.floor(seconds / step.seconds), step.name)} ago`;
}

export function grouped(value: number | bigint): string {
  return count.format(value);
}

export function plural(value: number | bigint, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${BigInt(value) === 1n ? one : many}`;
}

/** A span in its two largest units: 0.4 s, 12 s, 3 min, 2 h 5 min, 4 d. */
export function duration(span: number): string {
  // Clocks of two machines may be apart.
  const seconds = Math.max(0, span);
  if (seconds < 1) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.round((seconds % 3600) / 60);
  if (hours < 24) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return `${grouped(Math.round(seconds / 86_400))} d`;
}

const stamped = /(\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** What a step of a check says, for people: moments in it as such, between the words around them. */
export function momentsIn(text: string): (string | Date)[] {
  const pieces = text.split(stamped).map((piece, at) => {
    const moment = at % 2 === 1 ? new Date(piece) : undefined;
    return moment === undefined || Number.isNaN(moment.getTime()) ? piece : moment;
  });
  return pieces.filter((piece) => piece !== '');
}
