import type { Metadata } from 'next';
import { toHex } from '#lib/encoding/bytes.ts';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Ago, Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { BlindList } from './blind-list.tsx';
import { lastCanary, listBlind, listSightings, type Sighting } from './blind-store.ts';
import { IncidentList } from './incident-list.tsx';
import { logState } from './log-state.ts';
import { progressInWords, progressOf } from './progress.ts';
import { listIncidents, listLogs, type FollowedLog } from './store.ts';

const blindShownMs = 90 * 86_400_000;

export function generateMetadata(): Metadata {
  const feed = `${dependencies().config.web.url}/logs/incidents.atom`;
  return { title: 'Logs', alternates: { types: { 'application/atom+xml': feed } } };
}

export default async function LogsPage() {
  const deps = dependencies();
  const now = deps.now();
  const [logs, incidents, blind, canary, sightings] = await Promise.all([
    listLogs(deps),
    listIncidents(deps, 50),
    listBlind(deps, new Date(now.getTime() - blindShownMs)),
    lastCanary(deps),
    listSightings(deps),
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
      </Opening>
      {logs.map((log) => (
        <LogLine
          key={log.id}
          log={log}
          now={now}
          sightings={sightings.filter(({ logId }) => logId === log.id)}
        />
      ))}
      <Line label="Blind times">
        {blind.length === 0 ? (
          <p>None in the last 90 days: whatever was signed was seen within a minute.</p>
        ) : (
          <BlindList blind={blind} nameOf={nameOf} />
        )}
        {canary !== undefined && (
          <p className="hint">
            To know that we would see it, we sign ourselves now and then: the last such signature was seen{' '}
            {(canary.tookMs / 1000).toFixed(1)} seconds after we asked for it,{' '}
            <Ago at={canary.seenAt} now={now} />.
          </p>
        )}
      </Line>
      <Line label="Incidents">
        <IncidentList incidents={incidents} logs={logs} />
        <p className="small">
          <a href="/logs/incidents.atom">Incidents as an Atom feed</a>
        </p>
      </Line>
    </Page>
  );
}

interface Shown {
  readonly log: FollowedLog;
  readonly now: Date;
  readonly sightings: readonly Sighting[];
}

function LogLine({ log, now, sightings }: Shown) {
  const kind = log.kind === 'ct' ? 'Certificates issued' : 'Signatures';
  const progress = progressOf(log);
  return (
    <Line label={kind} id={encodeURIComponent(log.id)}>
      <h3 className="lead">
        <Stranger text={log.name} />
      </h3>
      <p>
        <Mark {...logState(log)} />
        {log.stateReason !== null && (
          <>
            : <Stranger text={log.stateReason} />
          </>
        )}
      </p>
      <Facts>
        <Fact label="Verified up to">{plural(log.verifiedSize, 'entry', 'entries')}</Fact>
        <Fact label="Reading">{progress !== undefined && progressInWords(progress)}</Fact>
        <Fact label="Read from">
          {log.startSize > 0n && `entry ${grouped(log.startSize)} on: those before it are not searched`}
        </Fact>
        <Fact label="Checkpoint">
          {log.checkpointAt === null ? 'none verified yet' : <Ago at={log.checkpointAt} now={now} />}
        </Fact>
        <Fact label="Last looked">
          {log.polledAt === null ? 'not yet' : <Ago at={log.polledAt} now={now} />}
        </Fact>
        <Fact label="Consistent since">
          {log.consistentSince !== null && <Time at={log.consistentSince} />}
        </Fact>
        <Fact label="Others see">
          {sightings.length > 0 && <Sightings sightings={sightings} now={now} />}
        </Fact>
        <Fact label="Entries that do not read">{log.unparsable > 0n && grouped(log.unparsable)}</Fact>
        <Fact label="Root">
          {log.verifiedRoot !== null && <code className="whole">{toHex(log.verifiedRoot)}</code>}
        </Fact>
        <Fact label="Origin">
          <Stranger text={log.origin} mono />
        </Fact>
        <Fact label="Address">
          <Stranger text={log.url} mono />
        </Fact>
      </Facts>
      {log.verifiedCheckpoint !== null && (
        <details>
          <summary>The checkpoint it signed</summary>
          <Command lines={log.verifiedCheckpoint.split('\n')} />
        </details>
      )}
    </Line>
  );
}

function Sightings({ sightings, now }: Pick<Shown, 'sightings' | 'now'>) {
  return (
    <ul>
      {sightings.map(({ seenBy, size, verdict, at }) => (
        <li key={seenBy}>
          <Stranger text={seenBy} mono />: {verdict === 'agrees' ? 'the same log' : 'more than we are shown'},{' '}
          {plural(size, 'entry', 'entries')}, <Ago at={at} now={now} />
        </li>
      ))}
    </ul>
  );
}
