import type { ShownSession } from '../account/session.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';

export function SessionList({ sessions, current }: { sessions: readonly ShownSession[]; current: string }) {
  return (
    <>
      <RecordList>
        {sessions.map(({ id, method, agent, createdAt, seenAt }) => (
          <Record
            key={id}
            acts={id !== current && <Press label="End this session" fields={{ act: 'end-session', id }} />}
          >
            <p>
              {id === current && <strong>This browser. </strong>}
              <Stranger text={agent} />
            </p>
            <p className="hint">
              Signed in by {method === 'code' ? 'mailed code' : method}, <Time at={createdAt} />; last used{' '}
              <Time at={seenAt} />
            </p>
          </Record>
        ))}
      </RecordList>
      {sessions.length > 1 && <Press label="End all others" fields={{ act: 'end-others' }} />}
    </>
  );
}
