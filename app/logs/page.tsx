import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Time } from '../ui/text.tsx';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { BlindList } from './blind-list.tsx';
import { firstLook, listBlind, listSightings } from './blind-store.ts';
import { CanaryLine } from './canary-line.tsx';
import { readCanaries, readHistory } from './history.ts';
import { FrozenNow } from './frozen-now.tsx';
import { IncidentList } from './incident-list.tsx';
import { LogLine } from './log-line.tsx';
import { listIncidents, listLogs } from './store.ts';

const blindShownMs = 90 * 86_400_000;

/** How far back the charts may look. */
const spans = [
  { hours: 24, words: '24 hours' },
  { hours: 168, words: '7 days' },
  { hours: 2160, words: '90 days' },
] as const;

export function generateMetadata(): Metadata {
  const feed = `${dependencies().config.web.url}/logs/incidents.atom`;
  return { title: 'Logs', alternates: { types: { 'application/atom+xml': feed } } };
}

export default async function LogsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const deps = dependencies();
  const now = deps.now();
  const asked = Number((await searchParams)['hours']);
  const { hours } = spans.find((span) => span.hours === asked) ?? spans[0];
  const [logs, incidents, history, canaries, blind, sightings, looked] = await Promise.all([
    listLogs(deps),
    listIncidents(deps, 50),
    readHistory(deps, now, hours),
    readCanaries(deps, now, hours),
    listBlind(deps, new Date(now.getTime() - blindShownMs)),
    listSightings(deps),
    firstLook(deps),
  ]);
  const nameOf = (id: string) => logs.find((log) => log.id === id)?.name ?? id;
  return (
    <Page>
      <Opening label="Logs">
        <h1>How far we can vouch for each log</h1>
        <p className="lead">
          We read every entry, recompute the log’s root from it, and hold each new checkpoint against the
          last. Nothing on this site comes from an entry that did not pass.
        </p>
        {logs.length === 0 && (
          <p>No log is followed yet. The monitor adds this instance’s own logs when it starts.</p>
        )}
        <nav aria-label="Time shown">
          <ul className="choices-in-line">
            {spans.map((span) => (
              <li key={span.hours}>
                <a
                  href={span.hours === 24 ? '/logs' : `/logs?hours=${span.hours}`}
                  aria-current={span.hours === hours ? 'true' : undefined}
                >
                  {span.words}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </Opening>
      {logs.map((log) => (
        <LogLine
          key={log.id}
          log={log}
          history={history}
          sightings={sightings.filter(({ logId }) => logId === log.id)}
          now={now}
        />
      ))}
      <CanaryLine canaries={canaries} history={history} />
      <Line label="Blind times">
        {blind.length === 0 ? (
          <NeverBlind since={looked} shownFrom={new Date(now.getTime() - blindShownMs)} />
        ) : (
          <BlindList blind={blind} nameOf={nameOf} />
        )}
      </Line>
      <Line label="Incidents">
        <FrozenNow logs={logs} incidents={incidents} />
        <IncidentList incidents={incidents} logs={logs} />
        <p className="small">
          <a href="/logs/incidents.atom">Incidents as an Atom feed</a>
        </p>
      </Line>
    </Page>
  );
}

/** Whoever looks since today has not been seeing for 90 days. */
function NeverBlind({ since, shownFrom }: { since: Date | undefined; shownFrom: Date }) {
  if (since === undefined) return <p className="soft">This monitor has not looked at a log yet.</p>;
  if (since <= shownFrom) return <p>None in the last 90 days.</p>;
  return (
    <p>
      None since <Time at={since} />, when this monitor first looked.
    </p>
  );
}
