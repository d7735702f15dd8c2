import { Command } from '../ui/command.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { FollowedLog, Incident } from './store.ts';

interface Shown {
  readonly logs: readonly FollowedLog[];
  readonly incidents: readonly Incident[];
}

/** A log that froze a moment ago: workers/tend/freezes.ts keeps it as an incident once it has lasted. */
export function FrozenNow({ logs, incidents }: Shown) {
  const kept = new Set(
    incidents
      .filter(({ kind, resolvedAt }) => kind === 'freeze' && resolvedAt === null)
      .map(({ logId }) => logId),
  );
  const fresh = logs.filter(({ id, state }) => state === 'frozen' && !kept.has(id));
  if (fresh.length === 0) return null;
  return (
    <ul className="rows">
      {fresh.map((log) => (
        <li key={log.id} className="incident stack">
          <Mark tone="warn" word="Just now" />
          <p>
            <Stranger text={log.name} /> shows nothing new. If it lasts, it is kept here within half a minute,
            with evidence.
          </p>
          {log.checkpointAt !== null && (
            <p className="small soft">
              Its statement is of <Time at={log.checkpointAt} />
            </p>
          )}
          {log.verifiedCheckpoint !== null && (
            <details>
              <summary>What it goes on showing</summary>
              <Command lines={log.verifiedCheckpoint.split('\n')} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
