/** The one light on every page: is anybody watching, and may you believe what you read here? */
import type { Dependencies } from '../dependencies.ts';
import type { Tone } from '../ui/mark.tsx';
import { grouped, plural, timeAgo } from '../ui/time.ts';
import { logState } from './log-state.ts';
import { listLogs, readOf, type FollowedLog } from './store.ts';

export interface WatchLight {
  readonly tone: Tone;
  readonly words: string;
}

export async function watchLight(deps: Pick<Dependencies, 'sql'>, now: Date): Promise<WatchLight> {
  return lightOf(await listLogs(deps), now);
}

const severity: readonly Tone[] = ['bad', 'warn', 'quiet', 'notable', 'good'];
/** A look at every log is due many times a minute. */
const silenceMs = 120_000;

export function lightOf(logs: readonly FollowedLog[], now: Date): WatchLight {
  const worst = logs.filter(({ state }) => state !== 'retired').sort((a, b) => rank(a) - rank(b))[0];
  if (worst === undefined) return { tone: 'quiet', words: 'No log followed yet' };
  const { tone, word } = logState(worst);
  if (tone !== 'good') return { tone, words: `${worst.name}: ${word.toLowerCase()}` };
  const seen = logs.flatMap(({ state, polledAt }) =>
    state === 'retired' ? [] : (polledAt?.getTime() ?? []),
  );
  const last = new Date(Math.max(0, ...seen));
  const looked = `looked ${timeAgo(last, now)}`;
  if (now.getTime() - last.getTime() > silenceMs) return { tone: 'warn', words: `Nobody watches: ${looked}` };
  const unseen = logs.find(
    ({ state, polledAt }) =>
      state !== 'retired' && polledAt !== null && now.getTime() - polledAt.getTime() > silenceMs,
  );
  if (unseen?.polledAt)
    return { tone: 'warn', words: `${unseen.name}: last looked at ${timeAgo(unseen.polledAt, now)}` };
  const read = logs.filter((log) => readOf(log) > 0n);
  const verified = logs.reduce((sum, log) => sum + readOf(log), 0n);
  const where = read.length < 2 ? '' : ` in ${grouped(read.length)} logs`;
  return { tone, words: `${plural(verified, 'entry', 'entries')}${where} verified, ${looked}` };
}

function rank(log: FollowedLog): number {
  return severity.indexOf(logState(log).tone);
}
