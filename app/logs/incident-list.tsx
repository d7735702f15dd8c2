import { incidentHeading, incidentMeaning, incidentProof } from '#lib/source/incident-words.ts';
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
  const nameOf = ({ logId }: Incident) => logs.find(({ id }) => id === logId)?.name ?? logId;
  if (incidents.length === 0) return <p className="soft">None so far.</p>;
  return (
    <ul className="rows">
      {incidents.map((incident) => (
        <li key={incident.id} id={incident.id} className="incident stack">
          <Mark
            tone={incident.resolvedAt === null ? 'bad' : 'quiet'}
            word={incident.resolvedAt === null ? 'Open' : 'Over'}
          />
          <p>
            <Stranger text={incidentHeading(incident.kind, nameOf(incident))} />.{' '}
            {incidentMeaning(incident.kind)} <Stranger text={incident.detail} />
          </p>
          <p className="small soft">
            <Time at={incident.openedAt} />
            {incident.resolvedAt !== null && (
              <>
                {' '}
                to <Time at={incident.resolvedAt} />
              </>
            )}
          </p>
          {incident.before !== null && <Evidence title="What the log showed first" text={incident.before} />}
          {incident.after !== null && <Evidence title="What was shown then" text={incident.after} />}
          {incident.hasEvidence && <Proof {...incident} />}
        </li>
      ))}
    </ul>
  );
}

/** What the file is worth, in the words that it has itself. */
function Proof({ id, kind }: Incident) {
  const { proves, leavesOpen } = incidentProof(kind);
  return (
    <>
      <p>
        <a href={`/api/v1/incidents/${id}/evidence`} download>
          Download the evidence
        </a>
        , with how to check it; <code>sigwatch log evidence FILE</code> does, offline.
      </p>
      <p>
        It proves: {proves} <span className="soft">It does not prove: {leavesOpen}</span>
      </p>
    </>
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
