/** Rows of alerts with what may be said of those that are ticked; app/client/inbox.ts adds keys to the same form. */
import { asSpelled, onlyClaims } from '#lib/rules/facts.ts';
import { partsOf } from '../alert/choice-words.ts';
import { AnswerMark } from '../alert/answer-mark.tsx';
import { AlertSentence, VerdictMark } from '../alert/alert-facts.tsx';
import { Ago, Stranger } from '../ui/text.tsx';
import { EventParts } from './event-parts.tsx';
import type { InboxAlert } from './store.ts';

interface Shown {
  readonly alerts: readonly InboxAlert[];
  /** The view as its address has it. */
  readonly here: string;
  readonly now: Date;
  /** Teams whose alerts the reader may answer; those of others may be looked at. */
  readonly answering: readonly string[];
}

const says = [
  ['mine', 'These were me'],
  ['not-mine', 'These weren’t me'],
  ['acknowledged', 'Seen, looking into it'],
  ['resolved', 'Close'],
] as const;
/** Only where there may be an answer to change. */
const saysAgain = [
  ['reopened', 'Open again'],
  ['undo', 'Take the answer back'],
] as const;

const needsAnswer = 'state=open';

export function Inbox({ alerts, here, now, answering }: Shown) {
  const mayAnswer = ({ watch }: InboxAlert) => answering.includes(watch.teamId);
  return (
    <form method="post" id="inbox" data-script="inbox">
      <input type="hidden" name="here" value={here} />
      <div className="inbox-list">
        {alerts.length === 0 ? (
          <p>{here === needsAnswer ? 'Nothing waits for an answer.' : 'Nothing in this view.'}</p>
        ) : (
          <ul className="rows" aria-label="Alerts">
            {alerts.map((alert) => (
              <Row key={alert.id} alert={alert} now={now} isViewer={!mayAnswer(alert)} />
            ))}
          </ul>
        )}
      </div>
      <div className="inbox-answers">
        {alerts.some(mayAnswer) && <Says isAllOpen={here === needsAnswer} />}
      </div>
      <Keys />
    </form>
  );
}

/** No answer weighs more than another: which one is right is the reader's to know. */
function Says({ isAllOpen }: { isAllOpen: boolean }) {
  return (
    <div className="inbox-acts stack">
      <div className="field">
        <label htmlFor="reason">Why, if you want to say</label>
        <input id="reason" name="reason" type="text" maxLength={500} />
      </div>
      <div className="choices">
        {(isAllOpen ? says : [...says, ...saysAgain]).map(([act, words]) => (
          <button key={act} type="submit" name="act" value={act} className="second">
            {words}
          </button>
        ))}
      </div>
      <p className="hint inbox-meant">
        <button type="button" id="inbox-all" className="plain" hidden>
          Tick all
        </button>
        <span>An answer is for what is ticked, and for all that is one event with it.</span>
      </p>
    </div>
  );
}

function Row({ alert, now, isViewer }: { alert: InboxAlert; now: Date; isViewer: boolean }) {
  const { id, state, verdict, reasons, happenedAt, eventCount, facts } = alert;
  return (
    <li className="inbox-row">
      {!isViewer && <input type="checkbox" name={`alert-${id}`} aria-labelledby={`what-${id}`} />}
      <VerdictMark verdict={verdict} />
      <div className="inbox-what">
        <p>
          <a href={`/alerts/${id}`} id={`what-${id}`}>
            <AlertSentence alert={alert} />
          </a>
          {eventCount > 1 && `, ${eventCount} ${partsOf(facts)} in one event`}
        </p>
        <p>{reasons[0]?.words}</p>
        <Whence alert={alert} />
        <EventParts alert={alert} />
        {state !== 'open' && (
          <p className="small">
            <AnswerMark answer={state} />
          </p>
        )}
      </div>
      <span className="inbox-when">
        <Ago at={happenedAt} now={now} />
      </span>
    </li>
  );
}

/** Where it came from, who vouched for it, and by which watch it was found where that is not plain. */
function Whence({ alert: { watch, facts } }: { alert: InboxAlert }) {
  if (facts === undefined) return null;
  const claimed = onlyClaims(facts);
  const { source, issuer, identity, signer } = facts;
  const hasSource = typeof source === 'string';
  const hasIssuer = typeof issuer === 'string';
  return (
    <p className="hint">
      {hasSource && (
        <>
          {claimed ? 'Claims to come from' : 'From'} <Stranger text={asSpelled(facts, source)} limit={96} />
        </>
      )}
      {hasIssuer && (
        <>
          {hasSource && ', '}
          {issuerWords(claimed, hasSource)} <Stranger text={issuer} limit={96} />
        </>
      )}
      {(hasSource || hasIssuer) && '. '}
      {(identity !== watch.value || signer !== null) && (
        <>
          Watched: <Stranger text={asSpelled(facts, watch.value)} limit={96} />
        </>
      )}
    </p>
  );
}

function issuerWords(claimed: boolean, goesOn: boolean): string {
  const words = claimed ? 'Claims the login of' : 'With the login of';
  return goesOn ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

const keys = [
  ['j', 'next alert'],
  ['k', 'the one before'],
  ['x', 'tick it'],
  ['a', 'tick all, or none'],
  ['e', 'seen, looking into it'],
  ['m', 'this was me'],
  ['n', 'this wasn’t me: opens its page'],
  ['u', 'take the last answer back'],
  ['?', 'show these keys'],
] as const;

/** Hidden until there is a script that listens to them. They can be switched off: WCAG 2.2 §2.1.4. */
function Keys() {
  return (
    <>
      <output id="inbox-said" className="inbox-said notice quiet" />
      <details id="inbox-keys" hidden>
        <summary>Keys</summary>
        <dl className="keys small">
          {keys.map(([key, words]) => (
            <div key={key}>
              <dt className="unseen">{words}</dt>
              <dd>
                <kbd>{key}</kbd> {words}
              </dd>
            </div>
          ))}
        </dl>
        <p className="small">
          Without a tick they act on the alert you are at.{' '}
          <label>
            <input type="checkbox" id="inbox-keys-on" defaultChecked /> Keys are on
          </label>
        </p>
      </details>
    </>
  );
}
