/** The one light on every page: is anybody watching, and may you believe what you read here? */
import type { Dependencies } from '../dependencies.ts';
import type { Tone } from '../ui/mark.tsx';
import { grouped, plural, timeAgo } from '../ui/time.ts';
import { logState } from './log-state.ts';
import { listLogs, type FollowedLog } from './store.ts';

export interface WatchLight {
  readonly tone: Tone;
  readonly words: string;
}

export async function watchLight(deps: Pick<Dependencies, 'prisma'>, now: Date): Promise<WatchLight> {
  return lightOf(await listLogs(deps), now);
}

const severity: readonly Tone[] = ['bad', 'warn', 'quiet', 'notable', 'good'];

export function lightOf(logs: readonly FollowedLog[], now: Date): WatchLight {
  const worst = [...logs].sort((a, b) => rank(a) - rank(b))[0];
  if (worst === undefined) return { tone: 'quiet', words: 'No log followed yet' };
  const { tone, word } = logState(worst);
  if (tone !== 'good') return { tone, words: `${worst.name}: ${word.toLowerCase()}` };
  const verified = logs.reduce((sum, log) => sum + log.verifiedSize, 0n);
  const last = Math.max(...logs.map((log) => log.polledAt?.getTime() ?? 0));
  const ago = last === 0 ? '' : `, looked ${timeAgo(new Date(last), now)}`;
  return { tone, words: `${plural(logs.length, 'log')}, ${grouped(verified)} entries verified${ago}` };
}

function rank(log: FollowedLog): number {
  return severity.indexOf(logState(log).tone);
}
