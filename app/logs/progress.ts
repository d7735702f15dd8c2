/** How far a catch-up is, and how long the rest takes at the pace it had so far. */
import { plural } from '../ui/time.ts';
import type { FollowedLog } from './store.ts';

export interface Progress {
  readonly read: bigint;
  /** Of entries the log says it has. */
  readonly of: bigint;
  /** Undefined while there is no pace to go by. */
  readonly secondsLeft: number | undefined;
}

type Reach = Pick<
  FollowedLog,
  'startSize' | 'verifiedSize' | 'statedSize' | 'verifiedAt' | 'behindFrom' | 'behindSince'
>;

/** Undefined when all is read that the log says it has. */
export function progressOf(log: Reach): Progress | undefined {
  const left = log.statedSize - log.verifiedSize;
  if (left <= 0n) return undefined;
  const { verifiedAt, behindFrom, behindSince } = log;
  const read = log.verifiedSize - log.startSize;
  const of = log.statedSize - log.startSize;
  if (verifiedAt === null || behindFrom === null || behindSince === null)
    return { read, of, secondsLeft: undefined };
  const seconds = (verifiedAt.getTime() - behindSince.getTime()) / 1000;
  const done = Number(log.verifiedSize - behindFrom);
  // The first batch alone says little: how long it took begins before it.
  const secondsLeft = seconds < 1 || done <= 0 ? undefined : Math.ceil(Number(left) / (done / seconds));
  return { read, of, secondsLeft };
}

export function progressInWords({ read, of, secondsLeft }: Progress): string {
  const share = Number((read * 1000n) / of) / 10;
  const said = `${plural(read, 'entry', 'entries')} of ${plural(of, 'entry', 'entries')} (${share} %)`;
  return secondsLeft === undefined ? said : `${said}, about ${durationInWords(secondsLeft)} left`;
}

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
] as const;

export function durationInWords(seconds: number): string {
  const unit = units.find((candidate) => seconds >= candidate.seconds);
  return unit === undefined
    ? plural(Math.max(1, Math.round(seconds)), 'second')
    : plural(Math.round(seconds / unit.seconds), unit.name);
}
