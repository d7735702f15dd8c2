import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { dependencies } from '../../../dependencies.ts';
import { Line, Opening, Page } from '../../../ui/ledger.tsx';
import { choiceWords } from '../../choice-words.ts';
import { AlertFacts, AlertSentence, VerdictMark, WhyTold } from '../../alert-facts.tsx';
import { AnswerState } from '../../answer-state.tsx';
import { alertOfPage, type Asked } from '../../asked.ts';
import { nextSteps } from '../../next-steps.ts';
import { readResponse } from '../../response.ts';
import { StepList } from '../../step-list.tsx';

export const metadata: Metadata = { title: 'This wasn’t me', robots: { index: false } };

export default async function NotMinePage(asked: Asked) {
  const found = await alertOfPage(asked);
  if (found === undefined) notFound();
  const { alert, token } = found;
  const { notMine, aboutNotMine, mine } = choiceWords(alert.facts);
  const isPromise = alert.facts?.event === 'announcement';
  const answered = alert.current?.answer === 'not-mine';
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <WhyTold alert={alert} />
        {answered ? (
          <p className="lead">
            {isPromise ? 'You said none of you announced this.' : 'You said this wasn’t you.'} Work down the
            list; the order matters.
          </p>
        ) : (
          <>
            <p>{aboutNotMine}</p>
            <form method="post" className="choices">
              <input type="hidden" name="act" value="not-mine" />
              <button type="submit">{notMine}</button>
              <a className="button second" href={`/alert/${alert.id}/mine?token=${token}`}>
                {isPromise ? mine : 'It was me after all'}
              </a>
            </form>
          </>
        )}
      </Opening>
      {answered && (
        <Line label="What to do now">
          {!isPromise && (
            <p>
              A signature cannot be revoked or removed from the log. What you can do is stop the next one and
              warn others.
            </p>
          )}
          <StepList
            steps={nextSteps(alert, dependencies().config, `/alert/${alert.id}/evidence?token=${token}`)}
            response={await readResponse(dependencies(), alert.eventId)}
          />
        </Line>
      )}
      <AnswerState alert={alert} token={token} />
      <AlertFacts alert={alert} />
    </Page>
  );
}
