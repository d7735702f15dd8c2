import { Time } from '../ui/text.tsx';
import { Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Alert } from './store.ts';

/** What was answered, visible to everyone who holds the alert, with the way back. */
export function AnswerState({ alert, token }: { alert: Alert; token: string }) {
  const { current } = alert;
  if (alert.answers.length === 0) return null;
  return (
    <Line label="Your answer">
      {current === undefined ? (
        <p>Taken back. The alert is open again.</p>
      ) : (
        <>
          <p>
            <Mark
              tone={current.answer === 'mine' ? 'good' : 'bad'}
              word={current.answer === 'mine' ? 'This was me' : 'This wasn’t me'}
            />{' '}
            <span className="soft">
              <Time at={current.at} />
            </span>
          </p>
          <form method="post" action={`/alert/${alert.id}/undo?token=${token}`}>
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
            {alert.answers.map(({ answer, at, undoneAt }) => (
              <li key={at.getTime()}>
                {answer === 'mine' ? 'This was me' : 'This wasn’t me'}, <Time at={at} />
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
