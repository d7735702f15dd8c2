import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { plural } from '../ui/time.ts';
import { isShownKind, watchKinds } from './kinds.ts';
import { listWatches, type ListedWatch } from './store.ts';

export const metadata: Metadata = { title: 'Watches', robots: { index: false } };

export default async function WatchesPage() {
  const caller = await callerOfPage('/watches');
  const watches = await listWatches(dependencies(), caller);
  return (
    <Page>
      <Opening label="Watches">
        <h1>{watches.length === 0 ? 'You watch nothing yet' : plural(watches.length, 'watch', 'watches')}</h1>
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
                  <th scope="col" className="number">
                    Alerts
                  </th>
                  <th scope="col" className="number">
                    Unanswered
                  </th>
                  <th scope="col">Last signature</th>
                </tr>
              </thead>
              <tbody>
                {watches.map((watch) => (
                  <Row key={watch.id} watch={watch} />
                ))}
              </tbody>
            </table>
          </div>
        </Line>
      )}
    </Page>
  );
}

function Row({ watch: { id, kind, value, alerts, open, last, silence, frozen } }: { watch: ListedWatch }) {
  return (
    <tr>
      <th scope="row">
        <a href={`/watch/settings?watch=${id}`}>
          <Stranger text={value} />
        </a>
        <br />
        <span className="hint">{isShownKind(kind) ? watchKinds[kind][0] : kind}</span>
        {frozen && (
          <>
            {' '}
            <Mark tone="bad" word="Frozen" />
          </>
        )}
      </th>
      <td className="number">
        <a href={`/alerts?watch=${id}`}>{alerts}</a>
      </td>
      <td className="number">{open}</td>
      <td>{last === null ? silences[silence] : <Time at={last} />}</td>
    </tr>
  );
}

const silences = {
  none: 'None in 90 days. Is that right?',
  unlisted: 'Not listed, as its owner wants',
  unknown: 'No alert yet',
} as const satisfies Record<ListedWatch['silence'], string>;
