import { Mark } from '../ui/mark.tsx';
import { Ago, Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import { logState } from './log-state.ts';
import { holdsSignatures } from './searched.ts';
import { readOf, type FollowedLog } from './store.ts';

interface Shown {
  readonly logs: readonly FollowedLog[];
  readonly now: Date;
}

/** How complete an answer is: each log, up to which entry of how many, as stated by which checkpoint. */
export function Stamp({ logs, now }: Shown) {
  if (logs.length === 0) return <p>No log is followed yet, so this answer covers nothing.</p>;
  const asked = logs.flatMap(({ polledAt }) => polledAt?.getTime() ?? []);
  return (
    <>
      {asked.length > 0 && (
        <p>
          As the logs stood at <Time at={new Date(Math.min(...asked))} />
          {asked.length < logs.length && ', where they were asked at all'}:
        </p>
      )}
      <ul className="stamps rows">
        {logs.map((log) => (
          <li key={log.id}>
            <Mark {...logState(log)} />
            <span className="stamp-log">
              <Stranger text={log.name} />
              <Limits log={log} />
            </span>
            <span className="stamp-reach">
              searched {grouped(readOf(log))} of {grouped(known(log))}{' '}
              {known(log) === 1n ? 'entry' : 'entries'}
              {log.checkpointAt !== null && <Checkpoint at={log.checkpointAt} now={now} />}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** On paper "two minutes ago" says nothing. */
function Checkpoint({ at, now }: { at: Date; now: Date }) {
  return (
    <span className="hint">
      <span className="on-screen">
        checkpoint <Ago at={at} now={now} />
      </span>
      <span className="in-print">
        checkpoint of <Time at={at} />
      </span>
    </span>
  );
}

function Limits({ log }: { log: FollowedLog }) {
  const limits = [
    ...(holdsSignatures(log) ? [] : ['certificates alone, which count as no signature']),
    ...(log.unparsable > 0n ? [`${grouped(log.unparsable)} entries do not read`] : []),
  ];
  return limits.length === 0 ? null : <span className="hint">{limits.join('; ')}</span>;
}

/** The largest size the log ever showed us. */
function known(log: FollowedLog): bigint {
  return log.statedSize > log.verifiedSize ? log.statedSize : log.verifiedSize;
}
