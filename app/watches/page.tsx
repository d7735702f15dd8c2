import type { Metadata } from 'next';
import { callerOfPage } from '../account/asked.ts';
import { teamIds } from '../account/caller.ts';
import { zoneOfPage } from '../clock/zone-of-page.ts';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { NeedsHeading } from '../alerts/needs-heading.tsx';
import { readNeeds } from '../alerts/store.ts';
import { findSpellings } from '../signings/spellings.ts';
import { grouped, plural } from '../ui/time.ts';
import { rhythmsOfWatches } from './rhythms.ts';
import { countWatches, listWatches, watchesOnPage } from './store.ts';
import { WatchList } from './watch-list.tsx';

export const metadata: Metadata = { title: 'Watches', robots: { index: false } };

interface Asked {
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

export default async function WatchesPage({ searchParams }: Asked) {
  const caller = await callerOfPage('/watches');
  const deps = dependencies();
  const count = await countWatches(deps, caller);
  const page = pageIn((await searchParams)['page'], Math.ceil(count / watchesOnPage));
  const watches = await listWatches(deps, caller, page);
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
        <h1>{count === 0 ? 'You watch nothing yet' : <NeedsHeading needs={needs} />}</h1>
        <p className="lead">
          {needs.expected > 0
            ? `${plural(needs.expected, 'expected signature')} in seven days: kept, and told to nobody.`
            : 'You are told of every signature under a watch that you did not say you expect.'}
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
        <Line label={plural(count, 'watch', 'watches')}>
          <WatchList
            watches={watches}
            setting={teamIds(caller, 'responder')}
            rhythms={rhythms}
            spellings={spellings}
          />
          {count > watchesOnPage && <Pages page={page} count={count} />}
        </Line>
      )}
    </Page>
  );
}

/** What is no page leads to the first. */
function pageIn(asked: unknown, last: number): number {
  const page = typeof asked === 'string' && /^[1-9]\d{0,3}$/.test(asked) ? Number(asked) : 1;
  return page <= last ? page : 1;
}

function Pages({ page, count }: { page: number; count: number }) {
  const first = (page - 1) * watchesOnPage + 1;
  const last = Math.min(page * watchesOnPage, count);
  return (
    <nav className="choices-in-line" aria-label="Pages of watches">
      {page > 1 && <a href={`/watches?page=${page - 1}`}>The {watchesOnPage} before</a>}
      <span>
        {first} to {last} of {grouped(count)}
      </span>
      {last < count && (
        <a href={`/watches?page=${page + 1}`}>The next {Math.min(watchesOnPage, count - last)}</a>
      )}
    </nav>
  );
}
