/** What "nothing was signed as you" rests on: our own signatures, and how soon the monitor saw each. */
import { Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { duration, grouped, plural } from '../ui/time.ts';
import type { Canary, History } from './history.ts';
import { LineChart } from './line-chart.tsx';

interface Shown {
  readonly canaries: readonly Canary[];
  readonly history: Pick<History, 'hours' | 'from' | 'to'>;
}

export function CanaryLine({ canaries, history }: Shown) {
  const seen = canaries.flatMap(({ askedAt, seconds }) =>
    seconds === null ? [] : [{ at: askedAt, value: seconds }],
  );
  const missed = canaries.length - seen.length;
  const last = canaries.at(-1);
  const slowest = Math.max(0, ...seen.map(({ value }) => value));
  return (
    <Line label="Would we see it?">
      <p>
        Every few minutes we sign something ourselves, as any client does, and time how long it takes until
        its watcher would have been told.
      </p>
      {last === undefined ? (
        <p className="soft">Not yet: we begin once somebody else has signed.</p>
      ) : (
        <p>
          <Mark
            tone={last.seconds === null ? 'bad' : 'good'}
            word={
              last.seconds === null ? 'The last one was not seen' : `Seen after ${duration(last.seconds)}`
            }
          />
          <span className="soft">
            {' '}
            {plural(canaries.length, 'signature')} in this time,{' '}
            {missed === 0 ? 'none missed' : `${grouped(missed)} missed`}.
          </span>
        </p>
      )}
      {seen.length > 1 && (
        <div className="charts">
          <LineChart
            title="From the log’s answer to the alert"
            words={`at most ${duration(slowest)}`}
            points={seen}
            span={history}
            say={duration}
            fromZero
          />
        </div>
      )}
    </Line>
  );
}
