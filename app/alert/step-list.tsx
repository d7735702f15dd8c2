/** The guided response: what to do in which order, what is done already, by whom, and what it turned out to be. */
import { visibleSentence } from '#lib/encoding/visible-text.ts';
import { Stranger, Time } from '../ui/text.tsx';
import type { Step } from './next-steps.ts';
import { causeNames, causes, type Noted, type Response, type StepName } from './response.ts';

interface Shown {
  readonly steps: readonly Step[];
  readonly response: Response;
  /** May only look. */
  readonly isViewer?: boolean;
}

export function StepList({ steps, response, isViewer = false }: Shown) {
  const next = steps.find(({ name }) => !response.done.has(name));
  const left = steps.filter(({ name }) => !response.done.has(name)).length;
  return (
    <>
      <p>
        {left === 0 ? 'Every step is done.' : `${steps.length - left} of ${steps.length} steps are done.`}{' '}
        Everybody who responds to this sees who did what.
      </p>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.name}>
            <div className="stack">
              <h3>{step.title}</h3>
              {step.name === 'rotate' && !response.done.has('preserve') && (
                <p className="notice">Keep the evidence first: rotating wipes what shows how it happened.</p>
              )}
              {/* One thing at a time: what is done, and what comes later, is a press away. */}
              {step === next ? (
                <Todo step={step} />
              ) : (
                <details className="later">
                  <summary>What to do</summary>
                  <div className="stack">
                    <Todo step={step} />
                  </div>
                </details>
              )}
              {step.name === 'close' && <CauseForm cause={response.cause} isViewer={isViewer} />}
              <Tick name={step.name} done={response.done.get(step.name)} isViewer={isViewer} />
            </div>
          </li>
        ))}
      </ol>
      {response.history.length > 0 && <History history={response.history} steps={steps} />}
    </>
  );
}

function Todo({ step: { todo, links = [], text, since } }: { step: Step }) {
  return (
    <>
      <ul className="bulleted">
        {todo.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      {text !== undefined && (
        <details>
          <summary>A report to copy</summary>
          <pre className="command command-wraps">{text}</pre>
        </details>
      )}
      {links.length > 0 && (
        <ul className="bulleted">
          {links.map(({ label, href }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ul>
      )}
      {since !== undefined && (
        <form method="get" action={since.action} className="ask">
          <label htmlFor="since">Everything signed as you since</label>
          <input id="since" name="since" type="date" required defaultValue={since.day} />
          <button type="submit" className="second">
            Show it
          </button>
        </form>
      )}
    </>
  );
}

function Tick({ name, done, isViewer }: { name: StepName; done: Noted | undefined; isViewer: boolean }) {
  return (
    <form method="post">
      {done !== undefined && (
        <p className="small">
          Done by <Stranger text={done.by} />, <Time at={done.at} />
        </p>
      )}
      {!isViewer && (
        <>
          <input type="hidden" name="step" value={name} />
          <button
            type="submit"
            name="act"
            value={done === undefined ? 'step' : 'unstep'}
            className={done === undefined ? 'second' : 'plain'}
          >
            {done === undefined ? 'This is done' : 'Not done after all'}
          </button>
        </>
      )}
    </form>
  );
}

function CauseForm({ cause, isViewer }: { cause: Noted | undefined; isViewer: boolean }) {
  return (
    <>
      {cause !== undefined && (
        <p>
          What happened: {wordsOf(cause)}, said <Stranger text={cause.by} />, <Time at={cause.at} />
        </p>
      )}
      {!isViewer && (
        <form method="post" className="stack">
          <p className="field">
            <label htmlFor="cause">What happened</label>
            <select id="cause" name="cause" defaultValue={cause?.value ?? 'unknown'}>
              {causeNames.map((name) => (
                <option key={name} value={name}>
                  {causes[name]}
                </option>
              ))}
            </select>
          </p>
          <p className="field">
            <label htmlFor="note">In your words</label>
            <input
              id="note"
              name="note"
              type="text"
              maxLength={500}
              defaultValue={visibleSentence(cause?.note ?? '', 500)}
            />
          </p>
          <button type="submit" name="act" value="cause" className="second">
            Note the cause
          </button>
        </form>
      )}
    </>
  );
}

function wordsOf({ value, note }: Noted) {
  const words = causeNames.find((name) => name === value);
  return (
    <>
      {words === undefined ? value : causes[words]}
      {note !== null && (
        <>
          : “<Stranger text={note} />”
        </>
      )}
    </>
  );
}

function History({ history, steps }: { history: readonly Noted[]; steps: readonly Step[] }) {
  return (
    <details>
      <summary>Everything that was noted</summary>
      <ul className="bulleted">
        {history.map((noted) => (
          <li key={`${noted.act} ${noted.value} ${noted.at.getTime()}`}>
            {noted.act === 'cause' ? wordsOf(noted) : steps.find(({ name }) => name === noted.value)?.title},
            by <Stranger text={noted.by} />, <Time at={noted.at} />
            {noted.undoneAt !== null && (
              <>
                , taken back by <Stranger text={noted.undoneBy ?? 'somebody'} />, <Time at={noted.undoneAt} />
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
