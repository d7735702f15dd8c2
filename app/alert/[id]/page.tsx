import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { dependencies } from '../../dependencies.ts';
import { frozenSince } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Time } from '../../ui/text.tsx';
import { choiceWords, partsOf } from '../choice-words.ts';
import { AlertFacts, AlertSentence, VerdictMark, WhyTold } from '../alert-facts.tsx';
import { AnswerState } from '../answer-state.tsx';
import { alertOfPage, type Asked } from '../asked.ts';
import { toldOfEvent } from '../told.ts';

export const metadata: Metadata = { title: 'Alert', robots: { index: false } };

export default async function AlertPage(asked: Asked) {
  const found = await alertOfPage(asked);
  if (found === undefined) notFound();
  const { alert, token } = found;
  const { question, mine, notMine } = choiceWords(alert.facts);
  const isPromise = alert.facts?.event === 'announcement';
  const event = await toldOfEvent(dependencies(), alert, 1);
  const frozen =
    alert.facts &&
    (await frozenSince(dependencies(), alert.facts.signer ?? alert.facts.identity, alert.facts.source));
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <WhyTold alert={alert} />
        {event.total > 1 && (
          <p>
            One of {event.total} {partsOf(alert.facts)} in one event; an answer is for all of them.{' '}
            <a href={`/alert/${alert.id}/event?token=${token}`}>See them all</a>
          </p>
        )}
        <h2>{question}</h2>
        <div className="choices">
          <a className="button second" href={`/alert/${alert.id}/mine?token=${token}`}>
            {mine}
          </a>
          <a className="button second" href={`/alert/${alert.id}/not-mine?token=${token}`}>
            {notMine}
          </a>
        </div>
      </Opening>
      {frozen !== undefined && (
        <Line label="Frozen">
          <p>
            The owner of this name had issuance for it stopped at our authority, <Time at={frozen} />.
          </p>
        </Line>
      )}
      <AnswerState alert={alert} token={token} undone={(await asked.searchParams)['undone']} />
      <AlertFacts alert={alert} />
      {!isPromise && (
        <Line label="Evidence">
          <p>
            <a href={`/alert/${alert.id}/evidence?token=${token}`}>Download it as one file</a>: the entry, its
            proof, the signed checkpoint and the certificates. It stands without us.
          </p>
        </Line>
      )}
      {!alert.isSecond && (
        <Line label="What is routine">
          <p>
            <a href={`/watch/settings?alert=${alert.id}&token=${token}`}>Say which signatures you expect</a>,
            and be told of the others alone.
          </p>
        </Line>
      )}
    </Page>
  );
}
