/** The state of a log that workers/follow keeps, in a tone and a word. */
import type { Tone } from '../ui/mark.tsx';
import type { FollowedLog } from './store.ts';

const known: Readonly<Record<string, { tone: Tone; word: string }>> = {
  starting: { tone: 'quiet', word: 'Starting' },
  healthy: { tone: 'good', word: 'Verified' },
  following: { tone: 'good', word: 'Verified' },
  ok: { tone: 'good', word: 'Verified' },
  behind: { tone: 'warn', word: 'Catching up' },
  stale: { tone: 'warn', word: 'Gone quiet' },
  unreachable: { tone: 'warn', word: 'Unreachable' },
  misbehaving: { tone: 'bad', word: 'Contradicts itself' },
};

export function logState(log: Pick<FollowedLog, 'state'>): { tone: Tone; word: string } {
  return known[log.state] ?? { tone: 'warn', word: log.state };
}
