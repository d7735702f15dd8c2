/** One log: may you rely on it, how far, how fresh; then how it got there, and every value to check it with. */
import { toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Ago, Stranger, Time } from '../ui/text.tsx';
import { duration, grouped, plural } from '../ui/time.ts';
import type { Sighting } from './blind-store.ts';
import { logState } from './log-state.ts';
import { LineChart } from './line-chart.tsx';
import { growthOf, type History, type LogMoment } from './history.ts';
import { HistoryTable } from './history-table.tsx';
import { progressInWords, progressOf } from './progress.ts';
import { readOf, type FollowedLog } from './store.ts';

interface Shown {
  readonly log: FollowedLog;
  readonly history: History;
  readonly sightings: readonly Sighting[];
  readonly now: Date;
}

export function LogLine({ log, history, sightings, now }: Shown) {
  const moments = history.moments.filter((moment) => moment.log === log.id);
  const progress = progressOf(log);
  const label = log.kind === 'ct' ? 'Certificates' : 'Signatures';
  return (
    <Line
      label={label}
      name={`${label}: ${visibleText(log.id === log.name ? log.name : `${log.name} (${log.id})`)}`}
      id={encodeURIComponent(log.id)}
    >
      <div className="title-and-state">
        <h3 className="lead">
          <Stranger text={log.name} />
        </h3>
        <Mark {...logState(log)} />
      </div>
      {log.stateReason !== null && (
        <p>
          <Stranger text={log.stateReason} />
        </p>
      )}
      {progress !== undefined && <p>Reading: {progressInWords(progress)}</p>}
      {log.toReread > 0n && (
        <p>
          {plural(log.toReread, 'older entry is', 'older entries are')} being read again: until then some are
          not found by repository or fingerprint.
        </p>
      )}
      <Figures log={log} now={now} />
      {moments.length > 1 && <Charts name={visibleText(log.id)} moments={moments} history={history} />}
      <Values log={log} sightings={sightings} now={now} />
    </Line>
  );
}

function Figures({ log, now }: { log: FollowedLog; now: Date }) {
  const behind = log.statedSize > log.verifiedSize ? log.statedSize - log.verifiedSize : 0n;
  const age = log.checkpointAt === null ? undefined : (now.getTime() - log.checkpointAt.getTime()) / 1000;
  const looked = log.polledAt === null ? undefined : (now.getTime() - log.polledAt.getTime()) / 1000;
  return (
    <dl className="figures">
      <Figure label="Entries verified" value={grouped(readOf(log))} />
      <Figure label="Checkpoint age" value={age === undefined ? 'none yet' : duration(age)} />
      <Figure label="Looked" value={looked === undefined ? 'not yet' : `${duration(looked)} ago`} />
      <Figure label="Not verified yet" value={grouped(behind)} />
      <Figure label="Unreadable" value={grouped(log.unparsable)} />
    </dl>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Charts({
  name,
  moments,
  history,
}: {
  name: string;
  moments: readonly LogMoment[];
  history: History;
}) {
  const ages = moments.flatMap(({ at, checkpointAge }) =>
    checkpointAge === null ? [] : [{ at, value: checkpointAge }],
  );
  const oldest = Math.max(0, ...ages.map(({ value }) => value));
  const backlog = moments.map(({ at, knownSize, verifiedSize }) => ({
    at,
    value: Number(knownSize) - verifiedSize,
  }));
  const most = Math.max(0, ...backlog.map(({ value }) => value));
  return (
    <>
      <div className="charts">
        <LineChart
          title="Growth"
          words={growthWords(growthOf(history, moments))}
          points={moments.map(({ at, verifiedSize }) => ({ at, value: verifiedSize }))}
          span={history}
          say={grouped}
        />
        <LineChart
          title="Age of its checkpoint when we looked"
          words={`at most ${duration(oldest)}`}
          points={ages}
          span={history}
          say={duration}
          fromZero
        />
        {most > 0 && (
          <LineChart
            title="Not verified yet"
            words={`at most ${grouped(most)}`}
            points={backlog}
            span={history}
            say={grouped}
            fromZero
          />
        )}
      </div>
      <HistoryTable name={name} moments={moments} />
    </>
  );
}

function growthWords(grown: number): string {
  return grown === 0 ? 'no new entry' : `+${plural(grown, 'entry', 'entries')}`;
}

function Values({ log, sightings, now }: Pick<Shown, 'log' | 'sightings' | 'now'>) {
  const witnesses = log.verifiedCheckpoint === null ? [] : cosigners(log.verifiedCheckpoint, log.origin);
  return (
    <details>
      <summary>Root, key and checkpoint</summary>
      <Facts>
        <Fact label="Root">
          {log.verifiedRoot !== null && <code className="whole">{toHex(log.verifiedRoot)}</code>}
        </Fact>
        <Fact label="Consistent since">
          {log.consistentSince !== null && <Time at={log.consistentSince} />}
        </Fact>
        <Fact label="Verified up to">
          {readOf(log) > 0n &&
            `entry #${grouped(log.verifiedSize - 1n)}${log.startSize > 0n ? `, from #${grouped(log.startSize)} on: those before are not searched` : ''}`}
        </Fact>
        <Fact label="Others see">
          {sightings.length > 0 && <Sightings sightings={sightings} now={now} />}
        </Fact>
        <Fact label="Signed by witnesses">
          {witnesses.length === 0 ? (
            'none'
          ) : (
            <ul>
              {witnesses.map((name) => (
                <li key={name}>
                  <Stranger text={name} mono />
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact label="Origin">
          <Stranger text={log.origin} mono />
        </Fact>
        <Fact label="Address">
          <Stranger text={log.url} mono />
        </Fact>
        <Fact label="Key, SPKI">
          <code className="whole">{toHex(log.publicKey)}</code>
        </Fact>
      </Facts>
      {log.verifiedCheckpoint !== null && <Command lines={log.verifiedCheckpoint.split('\n')} />}
    </details>
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

/** Whoever else put a name under the checkpoint. Their keys are for whoever relies on them to know. */
function cosigners(note: string, origin: string): string[] {
  try {
    return [...new Set(parseNote(note).signatures.map(({ name }) => name))].filter((name) => name !== origin);
  } catch {
    return [];
  }
}
