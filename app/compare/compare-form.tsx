/** Which two entries: a plain GET form, whose answer has an address of its own. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { dependencies } from '../dependencies.ts';
import { listLogs } from '../logs/store.ts';

export interface AskedEntry {
  readonly name: 'first' | 'second';
  /** As it was typed. */
  readonly typed: string;
  /** Why it cannot be shown. */
  readonly problem?: string | undefined;
}

const labels = { first: 'One entry', second: 'The other' } as const;

export async function CompareForm({ asked }: { asked: readonly AskedEntry[] }) {
  const [log] = await listLogs(dependencies());
  return (
    <form action="/compare" method="get" className="stack">
      <div className="fields">
        {asked.map(({ name, typed, problem }) => (
          <p key={name} className="field">
            <label htmlFor={name}>{labels[name]}</label>
            <input
              id={name}
              name={name}
              type="text"
              required
              maxLength={2048}
              defaultValue={typed}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={problem === undefined ? undefined : true}
              aria-describedby={problem === undefined ? 'entries-hint' : `${name}-problem entries-hint`}
            />
            {problem !== undefined && (
              <span id={`${name}-problem`} className="problem" role="alert">
                {problem}
              </span>
            )}
          </p>
        ))}
      </div>
      <p id="entries-hint" className="hint">
        The address of an entry’s page, or its log and number, as in{' '}
        <span className="mono">{log === undefined ? 'rekor/12' : `${visibleText(log.id)}/12`}</span>.
      </p>
      <p>
        <button type="submit">Show what differs</button>
      </p>
    </form>
  );
}
