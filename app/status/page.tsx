import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { CanaryLine } from '../logs/canary-line.tsx';
import { readCanaries } from '../logs/history.ts';
import { IncidentList } from '../logs/incident-list.tsx';
import { listIncidents, listLogs } from '../logs/store.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { ScrollTable } from '../ui/scroll-table.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { DayStrip } from './day-strip.tsx';
import type { PartState, Status, StatusDay, StatusPart } from './schemas.ts';

export const metadata: Metadata = { title: 'Status' };

const marks: Readonly<Record<PartState, { tone: Tone; word: string }>> = {
  working: { tone: 'good', word: 'Works' },
  troubled: { tone: 'warn', word: 'Troubled' },
  down: { tone: 'bad', word: 'Down' },
  unknown: { tone: 'quiet', word: 'Not known' },
};

const headings: Readonly<Record<PartState, string>> = {
  working: 'Everything of ours works',
  troubled: 'Something is troubled',
  down: 'Something is down',
  unknown: 'Nothing is known yet',
};

export default async function StatusPage() {
  const deps = dependencies();
  const status = await deps.readStatus();
  const now = deps.now();
  const [logs, incidents, canaries] = await Promise.all([
    listLogs(deps),
    listIncidents(deps, 10),
    readCanaries(deps, now, 24),
  ]);
  const ours = status.parts.filter((part) => part.log === null);
  const followed = status.parts.filter((part) => part.log !== null);
  return (
    <Page>
      <Opening label="Status">
        <h1>{headings[status.state]}</h1>
        <p className="lead">
          {status.openIncidents === 0
            ? 'No log we follow is under suspicion.'
            : `${plural(status.openIncidents, 'log incident')} open: see below.`}{' '}
          Found out <Time at={status.at} />.
        </p>
      </Opening>
      <Line label="Parts">
        <Parts parts={ours} />
      </Line>
      {followed.length > 0 && (
        <Line label="Logs we follow">
          <Parts parts={followed} />
          <p className="small">
            <a href="/logs">Each log, with its figures</a>
          </p>
        </Line>
      )}
      <CanaryLine canaries={canaries} history={{ hours: 24, from: hoursBefore(now, 24), to: now }} />
      <Line label="90 days">
        <Days days={status.days} />
      </Line>
      <Line label="Incidents">
        <IncidentList incidents={incidents} logs={logs} />
        <p className="small">
          <a href="/logs/incidents.atom">As an Atom feed</a>, <a href="/api/v1/status">this page as JSON</a>
        </p>
      </Line>
      <Line label="Not known here">
        <p>
          Whether these pages could be reached: nothing in this instance watches them from outside. Point a
          check of your own at <code>/healthz</code>.
        </p>
      </Line>
    </Page>
  );
}

function hoursBefore(now: Date, hours: number): Date {
  return new Date(now.getTime() - hours * 3_600_000);
}

function Parts({ parts }: { parts: readonly StatusPart[] }) {
  return (
    <dl className="facts">
      {parts.map(({ name, state, words, log }) => (
        <div key={log ?? name}>
          <dt>
            {log === null ? (
              name
            ) : (
              <a href={`/logs#${encodeURIComponent(log)}`}>
                <Stranger text={name} />
              </a>
            )}
          </dt>
          <dd className="part">
            <Mark {...marks[state]} /> <span>{words}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Days({ days }: { days: readonly Status['days'][number][] }) {
  const known = days.filter(({ watched }) => watched !== null);
  if (known.length === 0)
    return <p>Nothing yet: the monitor writes down every five minutes that it looked.</p>;
  const whole = known.reduce((sum, { watched }) => sum + (watched ?? 0), 0) / known.length;
  return (
    <>
      <p>
        The monitor watched {percent(whole)} of {plural(known.length, 'day')}.{' '}
        {known.length < days.length && 'What was before is not known.'}
      </p>
      <DayStrip days={days} />
      <p className="hint">
        A bar a day: full where the monitor looked in each five minutes of it. A dot: not known. A triangle: a
        log incident, or a signature of our own that was not seen.
      </p>
      <details>
        <summary>The same as a table</summary>
        <DayTable days={known.toReversed()} />
      </details>
    </>
  );
}

const dayColumns = {
  day: { head: 'Day, UTC' },
  watched: { head: 'Watched', isNumber: true },
  canaries: { head: 'Own signatures seen', isNumber: true },
  incidents: { head: 'Incidents', isNumber: true },
};

function DayTable({ days }: { days: readonly StatusDay[] }) {
  return (
    <ScrollTable label="Days" columns={dayColumns}>
      {days.map(({ day, watched, canaries, canariesSeen, incidents }) => (
        <tr key={day}>
          <th scope="row">{day}</th>
          <td className="number">{percent(watched ?? 0)}</td>
          <td className="number">
            {canaries === 0 ? 'none made' : `${grouped(canariesSeen)} of ${grouped(canaries)}`}
          </td>
          <td className="number">{incidents}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

/** Never rounded up to all of it. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
