import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { zoneOfPage } from '../clock/zone-of-page.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { NeedsHeading } from '../alerts/needs-heading.tsx';
import { readNeeds } from '../alerts/store.ts';
import { findSpellings } from '../signings/spellings.ts';
import { plural } from '../ui/time.ts';
import { rhythmsOfWatches } from './rhythms.ts';
import { listWatches } from './store.ts';
import { WatchList } from './watch-list.tsx';

export const metadata: Metadata = { title: 'Watches', robots: { index: false } };

export default async function WatchesPage() {
  const caller = await callerOfPage('/watches');
  const deps = dependencies();
  const watches = await listWatches(deps, caller);
  const [needs, spellings, rhythms] = await Promise.all([
    readNeeds(deps, caller, deps.now()),
    findSpellings(
      deps,
      watches.map(({ value }) => value),
    ),
    rhythmsOfWatches(deps, watches, await zoneOfPage()),
  ]);
  return (
    <Page>
      <Opening label="Watches">
        <h1>{watches.length === 0 ? 'You watch nothing yet' : <NeedsHeading needs={needs} />}</h1>
        <p className="lead">
          You are told of every signature that a watch takes in and that you did not say you expect
          {watches.length > 0 && `; of those you expect there were ${needs.expected} in seven days`}.
        </p>
        <p className="choices">
          {needs.open > 0 && (
            <a className="button" href="/alerts">
              Answer them
            </a>
          )}
          <a className={needs.open > 0 ? 'button second' : 'button'} href="/watches/new">
            Watch something
          </a>
        </p>
      </Opening>
      {watches.length > 0 && (
        <Line label={plural(watches.length, 'watch', 'watches')}>
          <WatchList watches={watches} rhythms={rhythms} spellings={spellings} />
        </Line>
      )}
    </Page>
  );
}
