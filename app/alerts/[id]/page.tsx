import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountError } from '../../account/account-error.ts';
import { callerOfPage } from '../../account/asked.ts';
import { teamIds, type Caller } from '../../account/caller.ts';
import { AnswerMark, answerWords } from '../../alert/answer-mark.tsx';
import { AlertFacts, AlertSentence, VerdictMark } from '../../alert/alert-facts.tsx';
import { nextSteps } from '../../alert/next-steps.ts';
import { readResponse } from '../../alert/response.ts';
import { offeredScopes, type OfferedScope } from '../../alert/mine-scope.ts';
import { choiceWords, type Choice } from '../../alert/choice-words.ts';
import { ScopeChoice } from '../../alert/scope-choice.tsx';
import { StepList } from '../../alert/step-list.tsx';
import { dependencies } from '../../dependencies.ts';
import { frozenSince } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { mayAnswerForAll } from '../../alert/shared-answers.ts';
import { EventParts } from '../event-parts.tsx';
import { answersOf, type SaidBefore } from '../history.ts';
import { teamAlert, type InboxAlert } from '../store.ts';

export const metadata: Metadata = { title: 'Alert', robots: { index: false } };

export default async function TeamAlertPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const caller = await callerOfPage(`/alerts/${id}`);
  const alert = await found(caller, id);
  const deps = dependencies();
  const said = await answersOf(deps, id);
  const isPromise = alert.facts?.event === 'announcement';
  const frozen =
    alert.facts && (await frozenSince(deps, alert.facts.signer ?? alert.facts.identity, alert.facts.source));
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <p>
          <AnswerMark answer={alert.state} />
          {alert.eventCount > 1 && ` One of ${alert.eventCount} in one event; an answer is for all of them.`}
        </p>
        <Answer
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
            isViewer={!mayRespond(caller, alert.watch.teamId)}
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
      <Line label="What is routine">
        <p>
          <a href={`/watch/settings?watch=${alert.watch.id}`}>Say which signatures you expect</a>, and be told
          of the others alone.
        </p>
      </Line>
    </Page>
  );
}

const mayRespond = (caller: Caller, teamId: string): boolean => teamIds(caller, 'responder').includes(teamId);

async function found(caller: Caller, id: string): Promise<InboxAlert> {
  try {
    return await teamAlert(dependencies(), caller, id);
  } catch (error) {
    if (error instanceof AccountError) notFound();
    throw error;
  }
}

interface Offered {
  readonly forAll: boolean;
  readonly words: Choice;
  readonly offered: readonly OfferedScope[];
}

function Answer({ forAll, words, offered }: Offered) {
  return (
    <form method="post" className="stack">
      {forAll && (
        <p>
          <label>
            <input type="checkbox" name="everyone" /> Also for everybody else who watches this name, since you
            proved that it is yours. They are told, and may say otherwise.
          </label>
        </p>
      )}
      <ScopeChoice offered={offered} />
      <div className="choices">
        <button type="submit" name="act" value={words.answer} className="second">
          {words.mine}
        </button>
        <button type="submit" name="act" value="not-mine" className="second">
          {words.notMine}
        </button>
      </div>
      <details>
        <summary>Something else</summary>
        <p className="field">
          <label htmlFor="reason">Why, for those who come after</label>
          <input id="reason" name="reason" type="text" maxLength={500} />
        </p>
        <div className="choices">
          <button type="submit" name="act" value="acknowledged" className="second">
            Seen, looking into it
          </button>
          <button type="submit" name="act" value="resolved" className="second">
            Close it
          </button>
          <button type="submit" name="act" value="undo" className="second">
            Take the answer back
          </button>
        </div>
      </details>
    </form>
  );
}

function Said({ said }: { said: readonly SaidBefore[] }) {
  return (
    <ul className="bulleted">
      {said.map(({ answer, by, reason, at, undoneAt, undoneBy }) => (
        <li key={at.getTime()}>
          {answerWords[answer] ?? answer}, said <Stranger text={by} />, <Time at={at} />
          {reason !== null && (
            <>
              : “<Stranger text={reason} />”
            </>
          )}
          {undoneAt !== null && (
            <>
              . Taken back by <Stranger text={undoneBy ?? 'somebody'} />, <Time at={undoneAt} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
