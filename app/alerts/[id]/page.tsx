import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountError } from '../../account/account-error.ts';
import { callerOfPage } from '../../account/asked.ts';
import { teamIds, type Caller } from '../../account/caller.ts';
import { AlertFacts, AlertSentence, VerdictMark, WhyTold } from '../../alert/alert-facts.tsx';
import { nextSteps } from '../../alert/next-steps.ts';
import { readResponse } from '../../alert/response.ts';
import { offeredScopes } from '../../alert/mine-scope.ts';
import { choiceWords, partsOf } from '../../alert/choice-words.ts';
import { StepList } from '../../alert/step-list.tsx';
import { dependencies } from '../../dependencies.ts';
import { frozenSince } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Time } from '../../ui/text.tsx';
import { mayAnswerForAll } from '../../alert/shared-answers.ts';
import { Answering, Said } from '../answer-form.tsx';
import { EventParts } from '../event-parts.tsx';
import { answersOf } from '../history.ts';
import { teamAlert, type InboxAlert } from '../store.ts';

export const metadata: Metadata = { title: 'Alert', robots: { index: false } };

export default async function TeamAlertPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const caller = await callerOfPage(`/alerts/${id}`);
  const alert = await found(caller, id);
  const deps = dependencies();
  const said = await answersOf(deps, id);
  const isPromise = alert.facts?.event === 'announcement';
  const isViewer = !teamIds(caller, 'responder').includes(alert.watch.teamId);
  const frozen =
    alert.facts && (await frozenSince(deps, alert.facts.signer ?? alert.facts.identity, alert.facts.source));
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <WhyTold alert={alert} />
        {alert.eventCount > 1 && (
          <p>
            One of {alert.eventCount} {partsOf(alert.facts)} in one event; an answer is for all of them.
          </p>
        )}
        <Answering
          alert={alert}
          isViewer={isViewer}
          forAll={await mayAnswerForAll(deps, caller, alert)}
          words={choiceWords(alert.facts)}
          offered={offeredScopes(alert.verdict, alert.facts)}
        />
      </Opening>
      {frozen !== undefined && (
        <Line label="Frozen">
          <p>
            Issuance for this name stands still since <Time at={frozen} />. <a href="/freezes">Freezes</a>
          </p>
        </Line>
      )}
      {alert.state === 'not-mine' && (
        <Line label="What to do now">
          {!isPromise && (
            <p>
              A signature cannot be revoked or removed from the log. What you can do is stop the next one and
              warn others.
            </p>
          )}
          <StepList
            steps={nextSteps(alert, deps.config, `/alerts/${id}/evidence`)}
            response={await readResponse(deps, alert.eventId)}
            isViewer={isViewer}
          />
        </Line>
      )}
      {said.length > 0 && (
        <Line label="What was said">
          <Said said={said} />
        </Line>
      )}
      <AlertFacts alert={alert} />
      {alert.partCount > 1 && (
        <Line label="The whole event">
          <EventParts alert={alert} />
        </Line>
      )}
      {!isPromise && (
        <Line label="Evidence">
          <p>
            <a href={`/alerts/${id}/evidence`}>Download it as one file</a>: the entry, its proof, the signed
            checkpoint and the certificates. It stands without us.
          </p>
        </Line>
      )}
      {!isViewer && (
        <Line label="What is routine">
          <p>
            <a href={`/watch/settings?watch=${alert.watch.id}`}>Say which signatures you expect</a>, and be
            told of the others alone.
          </p>
        </Line>
      )}
    </Page>
  );
}

async function found(caller: Caller, id: string): Promise<InboxAlert> {
  try {
    return await teamAlert(dependencies(), caller, id);
  } catch (error) {
    if (error instanceof AccountError) notFound();
    throw error;
  }
}
