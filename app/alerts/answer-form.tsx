/** What may be said of one alert, and what was: an answer stands with its way back, and the form folded away below it. */
import { AnswerMark, answerWords } from '../alert/answer-mark.tsx';
import type { Choice } from '../alert/choice-words.ts';
import type { OfferedScope } from '../alert/mine-scope.ts';
import { ScopeChoice } from '../alert/scope-choice.tsx';
import { Press } from '../ui/press.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { SaidBefore } from './history.ts';
import type { InboxAlert } from './store.ts';

interface Asked {
  readonly alert: InboxAlert;
  /** May only look. */
  readonly isViewer: boolean;
  /** The reader may answer for everybody who watches the name. */
  readonly forAll: boolean;
  readonly words: Choice;
  readonly offered: readonly OfferedScope[];
}

export function Answering(asked: Asked) {
  const { alert, isViewer } = asked;
  const stands = alert.state !== 'open' && alert.answer !== undefined;
  return (
    <>
      {stands && (
        <div className="answered">
          <p>
            <AnswerMark answer={alert.state} />
            {alert.answer !== undefined && (
              <span className="hint">
                {' '}
                <Stranger text={alert.answer.by} />, <Time at={alert.answer.at} />
              </span>
            )}
          </p>
          {!isViewer && <Press label="Take the answer back" fields={{ act: 'undo' }} />}
        </div>
      )}
      {alert.state === 'auto-expected' && <AnswerMark answer={alert.state} />}
      {isViewer && !stands && <p className="hint">You may look; responders of the team answer.</p>}
      {!isViewer &&
        (stands ? (
          <details>
            <summary>Answer otherwise</summary>
            <Answers {...asked} />
          </details>
        ) : (
          <Answers {...asked} />
        ))}
    </>
  );
}

function Answers(asked: Asked) {
  return (
    <div className="stack">
      <AnswerForm {...asked} />
      <ScopeChoice offered={asked.offered} fields={{ act: 'mine' }} />
    </div>
  );
}

function AnswerForm({ forAll, words }: Asked) {
  return (
    <form method="post" className="stack">
      <h2>{words.question}</h2>
      <div className="choices">
        <button type="submit" name="act" value={words.answer} className="second">
          {words.mine}
        </button>
        <button type="submit" name="act" value="not-mine" className="second">
          {words.notMine}
        </button>
      </div>
      {forAll && (
        <p className="choice">
          <input type="checkbox" name="everyone" id="everyone" />
          <label htmlFor="everyone">
            Also for everybody else who watches this name
            <span className="hint"> You proved that it is yours. They are told, and may say otherwise.</span>
          </label>
        </p>
      )}
      <details>
        <summary>Not sure yet, or something else</summary>
        <div className="stack">
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
          </div>
        </div>
      </details>
    </form>
  );
}

export function Said({ said }: { said: readonly SaidBefore[] }) {
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
