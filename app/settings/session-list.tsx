import type { ShownSession } from '../account/session.ts';
import { Press } from '../ui/press.tsx';
import { Stranger, Time } from '../ui/text.tsx';

export function SessionList({ sessions, current }: { sessions: readonly ShownSession[]; current: string }) {
  return (
    <>
      <ul className="stack">
        {sessions.map(({ id, method, agent, createdAt, seenAt }) => (
          <li key={id}>
            <p>
              {id === current && <strong>This browser. </strong>}
              <Stranger text={agent} />
            </p>
            <p className="hint">
              Signed in by {method === 'code' ? 'mailed code' : method}, <Time at={createdAt} />; last used{' '}
              <Time at={seenAt} />
            </p>
            {id !== current && <Press label="End this session" fields={{ act: 'end-session', id }} />}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && <Press label="End all others" fields={{ act: 'end-others' }} />}
    </>
  );
}
