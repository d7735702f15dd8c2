import type { Metadata } from 'next';
import { toHex } from '#lib/encoding/bytes.ts';
import { dependencies } from '../dependencies.ts';
import { Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Ago, Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { IncidentList } from './incident-list.tsx';
import { logState } from './log-state.ts';
import { listIncidents, listLogs, type FollowedLog } from './store.ts';

export const metadata: Metadata = { title: 'Logs' };

export default async function LogsPage() {
  const deps = dependencies();
  const [logs, incidents] = await Promise.all([listLogs(deps), listIncidents(deps, 50)]);
  const now = new Date();
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
      <Facts
        rows={[
          ['Verified', `${plural(log.verifiedSize, 'entry', 'entries')}`],
          log.downloadedSize > log.verifiedSize && [
            'Read, not verified yet',
            grouped(log.downloadedSize - log.verifiedSize),
          ],
          [
            'Checkpoint',
            log.checkpointAt === null ? (
              'none verified yet'
            ) : (
              <Ago key="at" at={log.checkpointAt} now={now} />
            ),
          ],
          [
            'Last looked',
            log.polledAt === null ? 'not yet' : <Ago key="polled" at={log.polledAt} now={now} />,
          ],
          log.consistentSince !== null && ['Consistent since', <Time key="since" at={log.consistentSince} />],
          log.unparsable > 0n && ['Entries that do not read', grouped(log.unparsable)],
          log.verifiedRoot !== null && [
            'Root',
            <span key="root" className="mono whole">
              {toHex(log.verifiedRoot)}
            </span>,
          ],
          ['Origin', <Stranger key="origin" text={log.origin} mono />],
          ['Address', <Stranger key="url" text={log.url} mono />],
        ]}
      />
      {log.verifiedCheckpoint !== null && (
        <details>
          <summary>The checkpoint it signed</summary>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
          <pre className="command" tabIndex={0}>
            {log.verifiedCheckpoint}
          </pre>
        </details>
      )}
    </Line>
  );
}
