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
}

const says = [
  ['mine', 'These were me'],
  ['not-mine', 'These weren’t me'],
  ['acknowledged', 'Seen, looking into it'],
  ['resolved', 'Close'],
  ['reopened', 'Open again'],
  ['undo', 'Take the answer back'],
] as const;

export function Inbox({ alerts, here, now }: Shown) {
  return (
    <form method="post" id="inbox" data-script="inbox">
      <input type="hidden" name="here" value={here} />
      <div className="inbox-list">
        {alerts.length === 0 ? (
          <p>Nothing in this view.</p>
        ) : (
          <ul className="rows" aria-label="Alerts">
            {alerts.map((alert) => (
              <Row key={alert.id} alert={alert} now={now} />
            ))}
          </ul>
        )}
      </div>
      {alerts.length > 0 && <Says />}
      <Keys />
    </form>
  );
}

function Says() {
  return (
    <div className="inbox-acts stack">
      <div className="field">
        <label htmlFor="reason">Why, if you want to say</label>
        <input id="reason" name="reason" type="text" maxLength={500} />
      </div>
      <div className="choices">
        {says.map(([act, words]) => (
          <button
            key={act}
            type="submit"
            name="act"
            value={act}
            className={act === 'mine' ? undefined : 'second'}
          >
            {words}
          </button>
        ))}
      </div>
      <p className="hint">Acts on what is ticked, and on all that are one event with it.</p>
    </div>
  );
}

function Row({ alert, now }: { alert: InboxAlert; now: Date }) {
  const { id, state, verdict, reasons, happenedAt, eventCount, watch, facts } = alert;
  return (
    <li className="inbox-row">
      <input type="checkbox" name={`alert-${id}`} aria-labelledby={`what-${id}`} />
      <VerdictMark verdict={verdict} />
      <div className="inbox-what">
        <p>
          <a href={`/alerts/${id}`} id={`what-${id}`}>
            <AlertSentence alert={alert} />
          </a>
          {eventCount > 1 && `, ${eventCount} ${partsOf(facts)} in one event`}
        </p>
        <p className="small">
          {typeof facts?.source === 'string' && (
            <>
              {onlyClaims(facts) ? 'claims to come from' : 'from'}{' '}
              <Stranger text={asSpelled(facts, facts.source)} />,{' '}
            </>
          )}
          {typeof facts?.issuer === 'string' && (
            <>
              {onlyClaims(facts) ? 'claims' : 'with'} the login of <Stranger text={facts.issuer} />
            </>
          )}
        </p>
        <p className="hint">
          {reasons[0]?.words}
          {(facts?.identity !== watch.value || facts.signer !== null) && (
            <>
              {' '}
              Watched: <Stranger text={facts === undefined ? watch.value : asSpelled(facts, watch.value)} />
            </>
          )}
        </p>
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

const keys = [
  ['j', 'next alert'],
  ['k', 'the one before'],
  ['x', 'tick it'],
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
