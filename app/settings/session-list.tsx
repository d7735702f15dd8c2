import type { ShownSession } from '../account/session.ts';
import { Press } from '../ui/press.tsx';
import { Record, RecordList } from '../ui/record-list.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { browserName } from './browser-name.ts';

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
              <Agent agent={agent} />
              {id === current && <strong>, this one</strong>}
            </p>
            <p className="hint">
              Last used <Time at={seenAt} />. Signed in by {method === 'code' ? 'mailed code' : method},{' '}
              <Time at={createdAt} />
            </p>
          </Record>
        ))}
      </RecordList>
      {sessions.length > 1 && <Press label="End all others" fields={{ act: 'end-others' }} />}
    </>
  );
}

/** All that it says of itself is for who wants it: it is a line of names that no longer mean anything. */
function Agent({ agent }: { agent: string }) {
  const name = browserName(agent);
  if (name !== undefined) return <span title={agent}>{name}</span>;
  return agent === '' ? 'A program that does not say what it is' : <Stranger text={agent} limit={60} />;
}
