import { Command } from '../ui/command.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { FollowedLog, Incident } from './store.ts';

/** What went wrong with a log, and both signed statements where two contradict each other. */
export function IncidentList({
  incidents,
  logs,
}: {
  incidents: readonly Incident[];
  logs: readonly FollowedLog[];
}) {
  if (incidents.length === 0) return <p className="soft">None so far.</p>;
  return (
    <ul className="rows">
      {incidents.map((incident) => (
        <li key={incident.id} id={incident.id} className="incident stack">
          <p>
            <Mark
              tone={incident.resolvedAt === null ? 'bad' : 'quiet'}
              word={incident.resolvedAt === null ? 'Open' : 'Over'}
            />{' '}
            <Stranger text={logs.find(({ id }) => id === incident.logId)?.name ?? incident.logId} />:{' '}
            <Stranger text={incident.detail} />
          </p>
          <p className="small soft">
            {incident.kind}, <Time at={incident.openedAt} />
            {incident.resolvedAt !== null && (
              <>
                {' '}
                to <Time at={incident.resolvedAt} />
              </>
            )}
          </p>
          {incident.before !== null && <Evidence title="What the log signed first" text={incident.before} />}
          {incident.after !== null && <Evidence title="What it signed then" text={incident.after} />}
          {incident.hasEvidence && (
            <p>
              <a href={`/api/v1/incidents/${incident.id}/evidence`} download>
                Download the evidence
              </a>
              , with how to check it; <code>sigwatch log evidence FILE</code> does, offline.
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Evidence({ title, text }: { title: string; text: string }) {
  return (
    <details>
      <summary>{title}</summary>
      <Command lines={text.split('\n')} />
    </details>
  );
}
