import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import { logState } from './log-state.ts';
import { holdsSignatures } from './searched.ts';
import { readOf, type FollowedLog } from './store.ts';

/** How complete an answer is: each log, up to which entry of how many, as stated by which checkpoint. */
export function Stamp({ logs }: { logs: readonly FollowedLog[] }) {
  if (logs.length === 0) return <p>No log is followed yet, so this answer covers nothing.</p>;
  return (
    <ul className="stamps">
      {logs.map((log) => (
        <li key={log.id}>
          <Mark {...logState(log)} />{' '}
          <span>
            <Stranger text={log.name} />: searched {grouped(readOf(log))} of {grouped(known(log))}{' '}
            {known(log) === 1n ? 'entry' : 'entries'}
            {!holdsSignatures(log) && ' for certificates alone, which count as no signature'}
            {log.unparsable > 0n && `, of which ${grouped(log.unparsable)} do not read`}
            {log.checkpointAt !== null && (
              <>
                , checkpoint of <Time at={log.checkpointAt} />
                {log.polledAt !== null && (
                  <>
                    , asked <Time at={log.polledAt} />
                  </>
                )}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The largest size the log ever showed us. */
function known(log: FollowedLog): bigint {
  return log.statedSize > log.verifiedSize ? log.statedSize : log.verifiedSize;
}
