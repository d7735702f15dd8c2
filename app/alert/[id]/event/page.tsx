import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { dependencies } from '../../../dependencies.ts';
import { Line, Opening, Page } from '../../../ui/ledger.tsx';
import { plural } from '../../../ui/time.ts';
import { AlertSentence, VerdictMark } from '../../alert-facts.tsx';
import { alertOfPage, type Asked } from '../../asked.ts';
import { pageOf, toldOfEvent } from '../../told.ts';
import { ToldList } from '../../told-list.tsx';

export const metadata: Metadata = { title: 'All of one event', robots: { index: false } };

export default async function EventPage(asked: Asked) {
  const found = await alertOfPage(asked);
  if (found === undefined) notFound();
  const { alert, token } = found;
  const told = await toldOfEvent(dependencies(), alert, pageOf((await asked.searchParams)['page']));
  const back = `/alert/${alert.id}?token=${token}`;
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>{plural(told.total, 'signature')} in one event</h1>
        <p className="lead">
          <AlertSentence alert={alert} />. All that happened for this reason, each on its own, oldest first.
        </p>
        <p>
          <a href={back}>Answer for all of them</a>
        </p>
      </Opening>
      <Line label="All of them">
        <ToldList told={told} hrefOf={(page) => `/alert/${alert.id}/event?token=${token}&page=${page}`} />
      </Line>
    </Page>
  );
}
