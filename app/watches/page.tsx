import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { NeedsHeading } from '../alerts/needs-heading.tsx';
import { readNeeds } from '../alerts/store.ts';
import { Mark, type Tone } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { findSpellings } from '../signings/spellings.ts';
import { isShownKind, watchKinds } from './kinds.ts';
import { listWatches, type ListedWatch } from './store.ts';

export const metadata: Metadata = { title: 'Watches', robots: { index: false } };

export default async function WatchesPage() {
  const caller = await callerOfPage('/watches');
  const deps = dependencies();
  const watches = await listWatches(deps, caller);
  const spellings = await findSpellings(
    deps,
    watches.map(({ value }) => value),
  );
  const needs = await readNeeds(deps, caller, deps.now());
  return (
    <Page>
      <Opening label="Watches">
        <h1>{watches.length === 0 ? 'You watch nothing yet' : <NeedsHeading needs={needs} />}</h1>
        {watches.length > 0 && (
          <p>
            {needs.open > 0 && (
              <>
                <a href="/alerts">Answer them</a>.{' '}
              </>
            )}
            {plural(watches.length, 'watch', 'watches')}; {plural(needs.expected, 'expected signature')} in
            seven days.
          </p>
        )}
        <p className="lead">
          You are told of every signature that a watch takes in and that you did not say you expect.
        </p>
        <p>
          <a className="button" href="/watches/new">
            Watch something
          </a>
        </p>
      </Opening>
      {watches.length > 0 && (
        <Line label="All of them">
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">State</th>
                  <th scope="col" className="number">
                    Alerts
                  </th>
                  <th scope="col" className="number">
                    Unanswered
                  </th>
                  <th scope="col">Last signature</th>
                  <th scope="col">Told by</th>
                </tr>
              </thead>
              <tbody>
                {watches.map((watch) => (
                  <Row key={watch.id} watch={watch} name={spellings.usual(watch.value)} />
                ))}
              </tbody>
            </table>
          </div>
        </Line>
      )}
    </Page>
  );
}

function Row({ watch, name }: { watch: ListedWatch; name: string }) {
  const { id, kind, alerts, open, last, silence } = watch;
  return (
    <tr>
      <th scope="row">
        <a href={`/watch/settings?watch=${id}`}>
          <Stranger text={name} />
        </a>
        <br />
        <span className="hint">{isShownKind(kind) ? watchKinds[kind][0] : kind}</span>
      </th>
      <td>
        <Mark {...stateOf(watch)} />
      </td>
      <td className="number">
        <a href={`/alerts?watch=${id}`}>{alerts}</a>
      </td>
      <td className="number">{open}</td>
      <td>{last === null ? silences[silence] : <Time at={last} />}</td>
      <td>
        <Told watch={watch} />
      </td>
    </tr>
  );
}

function stateOf({ frozen, open, last, silence }: ListedWatch): { tone: Tone; word: string } {
  if (frozen) return { tone: 'bad', word: open > 0 ? 'Frozen, needs you' : 'Frozen' };
  if (open > 0) return { tone: 'warn', word: 'Needs you' };
  if (last === null && silence === 'none') return { tone: 'quiet', word: 'Nothing seen' };
  return { tone: 'good', word: 'All quiet' };
}

function Told({ watch: { channels, failing } }: { watch: ListedWatch }) {
  if (failing > 0)
    return <Mark tone="warn" word={`Mail; ${failing} of ${plural(channels, 'channel')} fails`} />;
  return channels === 0 ? 'Mail' : `Mail, ${plural(channels, 'channel')}`;
}

const silences = {
  none: 'None in 90 days. Is that right?',
  unlisted: 'Not listed, as its owner wants',
  unknown: 'No alert yet',
} as const satisfies Record<ListedWatch['silence'], string>;
