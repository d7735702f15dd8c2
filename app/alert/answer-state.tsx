import { Stranger, Time } from '../ui/text.tsx';
import { Line } from '../ui/ledger.tsx';
import { AnswerMark, answerWords } from './answer-mark.tsx';
import { nothingToUndo } from './answers.ts';
import type { Alert } from './store.ts';

/** What was answered, visible to everyone who holds the alert, with the way back. */
export function AnswerState({ alert, token, undone }: { alert: Alert; token: string; undone?: unknown }) {
  const { current } = alert;
  const hadNothing = undone === 'nothing' && current === undefined;
  if (alert.answers.length === 0 && !hadNothing) return null;
  return (
    <Line label="Your answer">
      {hadNothing && (
        <p className="notice warn" role="alert">
          {nothingToUndo}
        </p>
      )}
      {current === undefined && alert.answers.length > 0 && <p>Taken back. The alert is open again.</p>}
      {current !== undefined && (
        <>
          <p>
            <AnswerMark answer={current.answer} />{' '}
            <span className="soft">
              <Stranger text={current.by} />, <Time at={current.at} />
            </span>
          </p>
          {alert.isTooSoon && (
            <p>
              Said within a minute of the mail, as programs do that check mail and press its buttons. So the
              reminder and the second channel are not called off yet:{' '}
              <a href={`/alert/${alert.id}/mine?token=${token}`}>say it once more</a> after that minute and
              they are.
            </p>
          )}
          <form method="post" action={`/alert/${alert.id}/undo?token=${token}`}>
            <input type="hidden" name="act" value="undo" />
            <button type="submit" className="second">
              Take it back
            </button>
          </form>
        </>
      )}
      {alert.answers.length > 1 && (
        <details>
          <summary>Every answer so far</summary>
          <ul className="bulleted">
            {alert.answers.map(({ answer, by, at, undoneAt }) => (
              <li key={at.getTime()}>
                {answerWords[answer] ?? answer}, said <Stranger text={by} />, <Time at={at} />
                {undoneAt !== null && (
                  <>
                    , taken back <Time at={undoneAt} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Line>
  );
}
