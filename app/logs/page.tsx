import type { Metadata } from 'next';
import { toHex } from '#lib/encoding/bytes.ts';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Ago, Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { IncidentList } from './incident-list.tsx';
import { logState } from './log-state.ts';
import { listIncidents, listLogs, type FollowedLog } from './store.ts';

export function generateMetadata(): Metadata {
  const feed = `${dependencies().config.web.url}/logs/incidents.atom`;
  return { title: 'Logs', alternates: { types: { 'application/atom+xml': feed } } };
}

export default async function LogsPage() {
  const deps = dependencies();
  const [logs, incidents] = await Promise.all([listLogs(deps), listIncidents(deps, 50)]);
  const now = deps.now();
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
        <LogLine key={log.id} log={log} now={now} />
      ))}
      <Line label="Incidents">
        <IncidentList incidents={incidents} logs={logs} />
        <p className="small">
          <a href="/logs/incidents.atom">Incidents as an Atom feed</a>
        </p>
      </Line>
    </Page>
  );
}

function LogLine({ log, now }: { log: FollowedLog; now: Date }) {
  const kind = log.kind === 'ct' ? 'Certificates issued' : 'Signatures';
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
        <Fact label="Read, not verified yet">
          {log.downloadedSize > log.verifiedSize && grouped(log.downloadedSize - log.verifiedSize)}
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
