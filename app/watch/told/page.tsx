import type { Metadata } from 'next';
import { pageOf, toldOfHour } from '../../alert/told.ts';
import { ToldList } from '../../alert/told-list.tsx';
import { dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { findSpellings } from '../../signings/spellings.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { DeadLink } from '../dead-link.tsx';
import { findWatch } from '../store.ts';

export const metadata: Metadata = { title: 'All of one hour', robots: { index: false } };

/** What the summary of an hour counted, for whoever holds that mail. */
export default async function ToldPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const token = tokenOf(asked['token']);
  const until = hourOf(asked['until']);
  const watch = token === undefined ? undefined : await findWatch(dependencies(), { stopToken: token });
  if (watch === undefined || until === undefined) return <DeadLink />;
  const told = await toldOfHour(dependencies(), watch.id, until, pageOf(asked['page']));
  const spellings = await findSpellings(dependencies(), [watch.value]);
  const href = `/watch/told?token=${token}&until=${encodeURIComponent(until.toISOString())}`;
  return (
    <Page>
      <Opening label="One hour">
        <h1>
          {told.total === 0 ? 'No log entries' : plural(told.total, 'log entry', 'log entries')} as{' '}
          <Stranger text={spellings.usual(watch.value)} />
        </h1>
        <p className="lead">
          In the hour until <Time at={until} />
          {told.total > 0 && ', each on its own, oldest first'}.
        </p>
      </Opening>
      {told.total > 0 && (
        <Line label="All of them">
          <ToldList told={told} hrefOf={(page) => `${href}&page=${page}`} />
        </Line>
      )}
    </Page>
  );
}

function hourOf(text: string | string[] | undefined): Date | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
