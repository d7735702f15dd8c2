/** The state of a log that workers/follow keeps, in a tone and a word. */
import type { Tone } from '../ui/mark.tsx';
import type { FollowedLog } from './store.ts';

const states: Readonly<Record<string, { tone: Tone; word: string }>> = {
  starting: { tone: 'quiet', word: 'Starting' },
  following: { tone: 'good', word: 'Verified' },
  behind: { tone: 'notable', word: 'Catching up' },
  frozen: { tone: 'warn', word: 'Frozen' },
  unwitnessed: { tone: 'warn', word: 'Not cosigned' },
  unreachable: { tone: 'warn', word: 'Unreachable' },
  misbehaving: { tone: 'bad', word: 'Contradicts itself' },
  retired: { tone: 'quiet', word: 'Retired' },
};

export function logState(log: Pick<FollowedLog, 'state'>): { tone: Tone; word: string } {
  return states[log.state] ?? { tone: 'warn', word: log.state };
}
